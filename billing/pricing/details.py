"""The steps of a calculation as the API shows them (`amount_details`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from decimal import Decimal
from typing import Any

_PRICES = frozenset(
    [
        "from_value",
        "to_value",
        "rate",
        "per_unit_amount",
        "per_package_size",
        "per_package_unit_amount",
        "fixed_fee_unit_amount",
    ]
)
"""Fields of steps that are terms of the charge; all others are totals and may be subtracted."""

_WHOLE = frozenset(["from_value", "to_value", "free_events", "paid_events", "per_package_size"])
"""Fields that the API shows as numbers; all others are strings of decimals."""

_HIDDEN = frozenset(["StandardStep", "DynamicStep"])
"""Steps that repeat the fee: the API shows no details for them."""


def amount_details(steps: Sequence[Any], rows: str | None) -> dict[str, object]:
    """Return `steps` in the shape of the API: a table under `rows`, or the only step by itself."""
    shown = [_shown(step) for step in steps if type(step).__name__ not in _HIDDEN]
    if rows is not None:
        return {rows: shown}
    return shown[0] if shown else {}


def steps_between(before: Sequence[Any], after: Sequence[Any]) -> tuple[object, ...]:
    """Return what `after` has more than `before`, row by row; rows that are equal are left out."""
    padded = [*before, *[None] * (len(after) - len(before))]
    return tuple(
        late if early is None else _minus(late, early)
        for early, late in zip(padded, after, strict=False)
        if early != late
    )


def _minus(late: Any, early: Any) -> object:
    totals = [each.name for each in fields(late) if each.name not in _PRICES]
    return replace(late, **{name: getattr(late, name) - getattr(early, name) for name in totals})


def _shown(step: Any) -> dict[str, object]:
    return {name: _value(name, value) for name, value in asdict(step).items()}


def _value(name: str, value: Decimal | int | None) -> object:
    if value is None:
        return None
    if name in _WHOLE and value == int(value):
        return int(value)
    return format(value, "f")
