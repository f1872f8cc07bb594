"""The steps of each charge model in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from console import formats
from invoices.models import Fee
from invoices.reads.explanation.writing import Row, Step, cents, price, units


def _standard(fee: Fee, step: Step) -> list[Row]:
    return [
        {
            "label": _("Each unit"),
            "units": units(step["units"]),
            "price": price(fee, step["per_unit_amount"]),
            "amount": price(fee, step["total_amount"]),
        }
    ]


def _tier(step: Step) -> str:
    first = Decimal(str(step["from_value"]))
    words = {"first": units(max(first, Decimal(1))), "last": ""}
    if step.get("to_value") is None:
        return _("Units from %(first)s on") % words
    return _("Units %(first)s to %(last)s") % (words | {"last": units(step["to_value"])})


def _graduated(fee: Fee, step: Step) -> list[Row]:
    is_share = step.get("rate") is not None
    rows = [
        {
            "label": _tier(step),
            "units": units(step["units"]),
            "price": formats.rate(Decimal(str(step["rate"])))
            if is_share
            else price(fee, step["per_unit_amount"]),
            "amount": price(fee, step["per_unit_total_amount"]),
        }
    ]
    return [*rows, *_flat(fee, step)]


def _flat(fee: Fee, step: Step) -> list[Row]:
    flat = Decimal(str(step.get("flat_unit_amount") or 0))
    return [{"label": _("Flat amount of the tier"), "amount": price(fee, flat)}] if flat else []


def _volume(fee: Fee, step: Step) -> list[Row]:
    rows = [
        {
            "label": _("All units at the price of their tier"),
            "units": units(fee.units),
            "price": price(fee, step["per_unit_amount"]),
            "amount": price(fee, step["per_unit_total_amount"]),
        }
    ]
    return [*rows, *_flat(fee, step)]


def _package(fee: Fee, step: Step) -> list[Row]:
    rows = _free(step)
    size = {"size": units(step["per_package_size"])}
    rows.append(
        {
            "label": _("Packages of %(size)s, begun ones too") % size,
            "units": units(step["paid_units"]),
            "price": price(fee, step["per_package_unit_amount"]),
            "amount": cents(fee, fee.precise_amount_cents),
        }
    )
    return rows


def _free(step: Step) -> list[Row]:
    free = Decimal(str(step.get("free_units") or 0))
    return [{"label": _("Free units"), "units": units(free)}] if free else []


def _percentage(fee: Fee, step: Step) -> list[Row]:
    rows = _free(step)
    rows.append(
        {
            "label": _("Percentage of the rest"),
            "units": units(step["paid_units"]),
            "price": formats.rate(Decimal(str(step["rate"]))),
            "amount": price(fee, step["per_unit_total_amount"]),
        }
    )
    if Decimal(str(step["fixed_fee_total_amount"])):
        rows.append(
            {
                "label": _("Fixed amount of each event"),
                "units": units(step["paid_events"]),
                "price": price(fee, step["fixed_fee_unit_amount"]),
                "amount": price(fee, step["fixed_fee_total_amount"]),
            }
        )
    adjusted = Decimal(str(step.get("min_max_adjustment_total_amount") or 0))
    if adjusted:
        label = _("Raised or lowered to the bounds of an event")
        rows.append({"label": label, "amount": price(fee, adjusted)})
    return rows


def _dynamic(fee: Fee, step: Step) -> list[Row]:
    amount = cents(fee, step["precise_total_amount_cents"])
    return [
        {
            "label": _("Amounts that the events bring"),
            "units": units(step["units"]),
            "amount": amount,
        }
    ]


PRICES: Mapping[str, Callable[[Fee, Step], list[Row]]] = {
    "standard": _standard,
    "graduated": _graduated,
    "graduated_percentage": _graduated,
    "package": _package,
    "volume": _volume,
    "percentage": _percentage,
    "dynamic": _dynamic,
}
