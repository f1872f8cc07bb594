"""How a fee came to be, as rows that the console shows and need not work out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billing.adjustments import Adjusted
from billing.aggregation import Advance
from billing.money import decimal
from billing.pricing import PricedCharge
from catalog.models import Charge, FixedCharge
from invoices.models import AdjustedFee, Fee
from usage.requests import UsagePart


def explain_usage(charge: Charge, part: UsagePart, priced: PricedCharge) -> list[dict[str, Any]]:
    """Return the steps from events to amount: the aggregation, then each step of the price."""
    aggregated = part.aggregated
    steps: list[dict[str, Any]] = [
        {
            "step": "aggregation",
            "aggregation_type": charge.billable_metric.aggregation_type,
            "field_name": charge.billable_metric.field_name,
            "events_count": aggregated.shown_events,
            "units": text(aggregated.shown_units),
        }
    ]
    if charge.prorated:
        steps.append({"step": "proration", "units": text(aggregated.units)})
    steps += _prices(charge.charge_model, priced)
    return [*steps, {"step": "amount", "amount": text(priced.amount)}]


def explain_units(
    charge: FixedCharge, full_units: Decimal, units: Decimal, priced: PricedCharge
) -> list[dict[str, Any]]:
    """Return the steps of a fixed charge: its units, before and after proration, and the tiers or packages."""
    steps: list[dict[str, Any]] = [
        {"step": "units", "units": str(full_units), "billed_units": str(units)}
    ]
    if charge.charge_model == "standard":
        return steps
    steps[0]["is_priced_below"] = True
    return [*steps, *_prices(charge.charge_model, priced)]


def _prices(model: str, priced: PricedCharge | Adjusted) -> list[dict[str, Any]]:
    return [{"step": "price", "model": model, **_row(step)} for step in priced.steps]


def _row(step: object) -> Mapping[str, Any]:
    if not is_dataclass(step):
        return {"text": str(step)}
    return {field.name: text(getattr(step, field.name)) for field in fields(step)}


def text(value: object) -> Any:
    """Return a number as text without superfluous zeros; anything else that JSON knows as it is."""
    if isinstance(value, Fraction):
        value = decimal(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def explain_advance(charge: Charge, advance: Advance, priced: PricedCharge) -> list[dict[str, Any]]:
    """Return the steps of a fee that one event made: the units before and after it, and the price of the difference."""
    return [
        {
            "step": "in_advance",
            "aggregation_type": charge.billable_metric.aggregation_type,
            "field_name": charge.billable_metric.field_name,
            "units_before": text(advance.before.units),
            "units_after": text(advance.after.units),
            "units": text(advance.units),
        },
        *_prices(charge.charge_model, priced),
        {"step": "amount", "amount": text(priced.amount)},
    ]


def explain_adjustment(
    row: AdjustedFee, fee: Fee, worked: Adjusted, model: str
) -> list[dict[str, Any]]:
    """Return the steps of an adjustment: what `fee` came to without it, what is billed instead, and its price."""
    return [
        {
            "step": "adjusted",
            "rule": str(worked.rule),
            "by": row.adjusted_by,
            "at": row.created_at.isoformat(),
            "units_before": text(fee.units),
            "amount_cents_before": fee.amount_cents,
            "unit_amount_before": text(fee.precise_unit_amount),
            "exact_cents_before": text(fee.precise_amount_cents),
            "name_before": fee.shown_name,
            "units": text(worked.units),
            "unit_amount": text(worked.unit_amount),
            "exact_cents": text(worked.precise_amount_cents),
        },
        *_prices(model, worked),
    ]
