"""The shapes of usage: current, projected, past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from typing_extensions import TypedDict

from api.values import day, decimal, instant
from billing.money import round_to, round_to_cents
from billing.periods import local_day
from catalog.models import Charge
from invoices.current_usage import ChargeUsage, CurrentUsage
from invoices.models import Fee
from invoices.schemas.periods import wire_end


class UsageOut(TypedDict):
    """The usage of a period."""

    from_datetime: str
    to_datetime: str
    issuing_date: str
    currency: str
    amount_cents: int
    taxes_amount_cents: int
    total_amount_cents: int
    lago_invoice_id: str | None
    charges_usage: list[Any]


def wire_units(units: Decimal) -> str | None:
    """Write units with 16 decimals at most, as PostgreSQL divides them."""
    return decimal(round_to(units, 16))


def usage_out(usage: CurrentUsage) -> dict[str, Any]:
    """Write current usage with its charges."""
    return _totals(usage) | {
        "charges_usage": [charge_usage_out(each, usage.currency) for each in usage.charges]
    }


def _totals(usage: CurrentUsage) -> dict[str, Any]:
    zone = usage.subscription.customer.zone
    return {
        "from_datetime": instant(usage.period.start),
        "to_datetime": wire_end(usage.period.start, usage.period.end),
        "issuing_date": day(local_day(usage.period.end, zone)),
        "currency": usage.currency,
        "amount_cents": usage.amount_cents,
        "taxes_amount_cents": usage.taxes_amount_cents,
        "total_amount_cents": usage.total_amount_cents,
        "lago_invoice_id": None,
    }


def charge_usage_out(each: ChargeUsage, currency: str) -> dict[str, Any]:
    """Write the usage of a charge with its filters and groups."""
    return charge_head(each, currency) | {
        "total_aggregated_units": wire_units(each.total_aggregated_units),
        "filters": filters_out(each.charge, each.fees, is_projected=False),
        "grouped_usage": groups_out(each.charge, each.fees),
    }


def charge_head(each: ChargeUsage, currency: str) -> dict[str, Any]:
    """Write the totals of a charge and what it prices."""
    metric = each.charge.billable_metric
    return {
        "units": wire_units(each.units),
        "events_count": each.events_count,
        "amount_cents": each.amount_cents,
        "amount_currency": currency,
        "pricing_unit_details": None,
        "charge": {
            "lago_id": str(each.charge.pk),
            "code": each.charge.code,
            "charge_model": each.charge.charge_model,
            "invoice_display_name": each.charge.invoice_display_name,
        },
        "billable_metric": {
            "lago_id": str(metric.pk),
            "name": metric.name,
            "code": metric.code,
            "aggregation_type": metric.aggregation_type,
        },
        "presentation_breakdowns": [],
    }


def filters_out(charge: Charge, fees: Iterable[Fee], *, is_projected: bool) -> list[dict[str, Any]]:
    """Write one row a filter, and one for what matched none; nothing for a charge without filters."""
    known = {one.pk: one for one in charge.filters.all()}
    if not known:
        return []
    parts: dict[Any, list[Fee]] = defaultdict(list)
    for fee in fees:
        parts[fee.charge_filter_id].append(fee)
    rows = []
    for pk, own in parts.items():
        chosen = known.get(pk)
        values = chosen.values if chosen else ({} if is_projected else None)
        rows.append(
            _part(own)
            | {
                "invoice_display_name": chosen.invoice_display_name if chosen else None,
                "values": values,
            }
        )
    return rows


def groups_out(charge: Charge, fees: Iterable[Fee]) -> list[dict[str, Any]]:
    """Write one row a pricing group, each with its filters; nothing for a charge without groups."""
    groups: dict[tuple[tuple[str, Any], ...], list[Fee]] = defaultdict(list)
    for fee in fees:
        groups[tuple(sorted(fee.grouped_by.items()))].append(fee)
    if not any(groups):
        return []
    return [
        _part(own)
        | {"grouped_by": dict(group), "filters": filters_out(charge, own, is_projected=False)}
        for group, own in groups.items()
    ]


def _part(fees: Sequence[Fee]) -> dict[str, Any]:
    units = sum((fee.units for fee in fees), Decimal(0))
    level = sum((fee.total_aggregated_units or Decimal(0) for fee in fees), Decimal(0))
    return {
        "units": wire_units(units),
        "total_aggregated_units": wire_units(level),
        "events_count": sum(fee.events_count or 0 for fee in fees),
        "amount_cents": sum(fee.amount_cents for fee in fees),
        "pricing_unit_details": None,
        "presentation_breakdowns": [],
    }


def projected_out(usage: CurrentUsage) -> dict[str, Any]:
    """Write current usage with what it comes to at the end of the period if it goes on like that.

    The ratio is days begun over days of the period; projected units have 2 decimals; recurring metrics are not
    projected.
    """
    ratio = Decimal(usage.elapsed_days) / Decimal(usage.period_days)
    charges = [_projected_charge(each, usage.currency, ratio) for each in usage.charges]
    return _totals(usage) | {
        "projected_amount_cents": sum(row["projected_amount_cents"] for row in charges),
        "charges_usage": charges,
    }


def _projected_charge(each: ChargeUsage, currency: str, ratio: Decimal) -> dict[str, Any]:
    own = Decimal(1) if each.charge.billable_metric.recurring else ratio
    filters = filters_out(each.charge, each.fees, is_projected=True)
    groups = groups_out(each.charge, each.fees)
    for row in [*filters, *groups]:
        row |= _projection(Decimal(row["units"]), row["amount_cents"], own)
        row["projected_presentation_breakdowns"] = []
    return (
        charge_head(each, currency)
        | _projection(each.units, each.amount_cents, own)
        | {
            "filters": filters,
            "grouped_usage": groups,
            "projected_presentation_breakdowns": [],
        }
    )


def _projection(units: Decimal, cents: int, ratio: Decimal) -> dict[str, Any]:
    return {
        "projected_units": decimal(round_to(units / ratio, 2)),
        "projected_amount_cents": round_to_cents(Decimal(cents) / ratio),
    }
