"""What may stand in the properties of a charge, and what is wrong with those that may not.

Source: docs/billing-policy.md, section "Charge properties".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from billing.errors import Invalid
from billing.pricing.models import model_named
from billing.pricing.reading import Properties

_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")
_BOUND = re.compile(r"[0-9]+(\.[0-9]+)?")


def property_errors(model: str, properties: Properties) -> dict[str, list[str]]:
    """Return the codes of what is wrong, ``{"properties": [...]}``, or nothing.

    Amounts and rates are strings of decimals that are not negative; a JSON number is refused.
    Raises Invalid for an unknown model.
    """
    model_named(model)
    codes = dict.fromkeys(_CHECKS[model](properties))
    return {"properties": list(codes)} if codes else {}


def check_properties(model: str, properties: Properties) -> None:
    """Raise Invalid unless `properties` are fit for `model`."""
    if errors := property_errors(model, properties):
        raise Invalid(errors, "The price of this charge is not complete.")


def is_amount(value: object) -> bool:
    """Say whether `value` is a string of a decimal that is not negative."""
    return isinstance(value, str) and _AMOUNT.fullmatch(value) is not None


def _check_standard(properties: Properties) -> Iterator[str]:
    if not is_amount(properties.get("amount")):
        yield "invalid_amount"


def _check_package(properties: Properties) -> Iterator[str]:
    yield from _check_standard(properties)
    if not _is_integer(properties.get("package_size"), least=1):
        yield "invalid_package_size"
    if not _is_integer(properties.get("free_units"), least=0):
        yield "invalid_free_units"


def _check_percentage(properties: Properties) -> Iterator[str]:
    if not is_amount(properties.get("rate")):
        yield "invalid_rate"
    optional = properties.get
    if not _is_absent(optional("fixed_amount")) and not is_amount(optional("fixed_amount")):
        yield "invalid_fixed_amount"
    events = optional("free_units_per_events")
    if not _is_absent(events) and not _is_integer(events, least=1):
        yield "invalid_free_units_per_events"
    total = optional("free_units_per_total_aggregation")
    if not _is_absent(total) and not is_amount(total):
        yield "invalid_free_units_per_total_aggregation"
    yield from _check_bounds(
        optional("per_transaction_min_amount"), optional("per_transaction_max_amount")
    )


def _check_bounds(least: object, most: object) -> Iterator[str]:
    given = [bound for bound in (least, most) if not _is_absent(bound)]
    if not all(is_amount(bound) for bound in given):
        yield "invalid_amount"
    elif len(given) == 2 and Decimal(str(most)) < Decimal(str(least)):
        yield "per_transaction_max_lower_than_per_transaction_min"


def _check_graduated(properties: Properties) -> Iterator[str]:
    return _check_ranges(properties, "graduated_ranges", _check_unit_prices, may_be_adjacent=True)


def _check_volume(properties: Properties) -> Iterator[str]:
    return _check_ranges(properties, "volume_ranges", _check_unit_prices)


def _check_graduated_percentage(properties: Properties) -> Iterator[str]:
    return _check_ranges(properties, "graduated_percentage_ranges", _check_rates)


def _check_dynamic(properties: Properties) -> Iterator[str]:
    return iter(())


def _check_unit_prices(row: Properties) -> Iterator[str]:
    if not is_amount(row.get("per_unit_amount")) or not is_amount(row.get("flat_amount")):
        yield "invalid_amount"


def _check_rates(row: Properties) -> Iterator[str]:
    if not is_amount(row.get("rate")):
        yield "invalid_rate"
    if not is_amount(row.get("flat_amount")):
        yield "invalid_amount"


def _check_ranges(
    properties: Properties,
    name: str,
    check_row: Callable[[Properties], Iterator[str]],
    *,
    may_be_adjacent: bool = False,
) -> Iterator[str]:
    rows = properties.get(name)
    if _is_absent(rows) or rows == []:
        yield f"missing_{name}"
        return
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        yield f"invalid_{name}"
        return
    for row in rows:
        yield from check_row(row)
    if not _do_connect([_bounds_of(row) for row in rows], may_be_adjacent):
        yield f"invalid_{name}"


def _bounds_of(row: Properties) -> tuple[Decimal | None, Decimal | None]:
    return _bound(row.get("from_value")), _bound(row.get("to_value"))


def _do_connect(bounds: list[tuple[Decimal | None, Decimal | None]], may_be_adjacent: bool) -> bool:
    """Say whether the ranges cover everything from 0 up, without a gap or an overlap."""
    expected = {Decimal(0)}
    for start, end in bounds[:-1]:
        if start not in expected or end is None or end <= start:
            return False
        expected = {end + 1, end} if may_be_adjacent else {end + 1}
    start, end = bounds[-1]
    return start in expected and end is None


def _bound(value: object) -> Decimal | None:
    """Return the bound of a range, which may be a number or a string; None if it is neither."""
    found = "" if isinstance(value, bool) else str(value)
    return Decimal(found) if _BOUND.fullmatch(found) else None


def _is_integer(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_absent(value: object) -> bool:
    return value is None or value == ""


_CHECKS: Mapping[str, Callable[[Properties], Iterator[str]]] = {
    "standard": _check_standard,
    "graduated": _check_graduated,
    "prorated_graduated": _check_graduated,
    "package": _check_package,
    "percentage": _check_percentage,
    "volume": _check_volume,
    "graduated_percentage": _check_graduated_percentage,
    "dynamic": _check_dynamic,
}
