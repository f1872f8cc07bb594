"""One plan as its page shows it, and what would go with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Prefetch, Q

from billing.errors import Invalid
from catalog.models import BillableMetric, Charge, ChargeFilter, FixedCharge, Plan, UsageThreshold
from catalog.reads import wording
from catalog.reads.example import example
from console import formats
from organizations.models import Organization
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription


@dataclass(frozen=True)
class PricedCharge:
    """A charge as the table shows it."""

    charge: Charge
    price: str
    terms: list[str]
    filters: list[tuple[ChargeFilter, str]]


def find(organization: Organization, pk: uuid.UUID) -> Plan | None:
    """Return a plan that is not deleted, an override too; one query."""
    rows = Plan.objects.of(organization).kept()
    return rows.select_related("organization", "parent", "minimum_commitment").filter(pk=pk).first()


def charges_of(plan: Plan) -> list[PricedCharge]:
    """Return the charges of a plan with their filters; three queries."""
    filters = ChargeFilter.objects.kept().order_by("created_at", "pk")
    rows = plan.charges.kept().select_related("billable_metric")
    rows = rows.prefetch_related(Prefetch("filters", filters), "billable_metric__filters")
    return [
        PricedCharge(
            charge,
            wording.price(charge.charge_model, charge.properties, plan.amount_currency),
            wording.terms(charge),
            [
                (one, wording.price(charge.charge_model, one.properties, plan.amount_currency))
                for one in charge.filters.all()
            ],
        )
        for charge in rows.order_by("created_at", "pk")
    ]


def fixed_charges_of(plan: Plan) -> list[tuple[FixedCharge, str]]:
    """Return the fixed charges of a plan with their prices in words; one query."""
    rows = plan.fixed_charges.kept().select_related("add_on").order_by("created_at", "pk")
    return [
        (row, wording.price(row.charge_model, row.properties, plan.amount_currency)) for row in rows
    ]


def thresholds_of(plan: Plan) -> list[UsageThreshold]:
    """Return the thresholds of a plan, the one that recurs last; one query."""
    return list(plan.usage_thresholds.kept().order_by("recurring", "amount_cents", "pk"))


def commitment_of(plan: Plan) -> Any:
    """Return the minimum commitment that `find` has read; None when there is none."""
    return getattr(plan, "minimum_commitment", None)


def subscriptions_of(plan: Plan) -> dict[str, int]:
    """Count the subscriptions to a plan and its overrides that run or wait; one query."""
    rows = Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan))
    states = list(rows.values_list("status", flat=True))
    return {
        "active": states.count(Status.ACTIVE),
        "pending": states.count(Status.PENDING),
        "ever": len(states),
    }


def find_charge(organization: Organization, pk: uuid.UUID) -> Charge | None:
    """Return a charge that is not deleted with its plan and metric; one query."""
    rows = Charge.objects.of(organization).kept().filter(plan__deleted_at=None)
    return rows.select_related("plan__organization", "billable_metric").filter(pk=pk).first()


def find_fixed_charge(organization: Organization, pk: uuid.UUID) -> FixedCharge | None:
    """Return a fixed charge that is not deleted with its plan and add-on; one query."""
    rows = FixedCharge.objects.of(organization).kept().filter(plan__deleted_at=None)
    return rows.select_related("plan__organization", "add_on").filter(pk=pk).first()


def find_filter(charge: Charge, pk: uuid.UUID) -> ChargeFilter | None:
    """Return a filter of a charge that is not deleted; one query."""
    rows = ChargeFilter.objects.kept().filter(charge=charge)
    return rows.select_related("charge__plan", "charge__billable_metric").filter(pk=pk).first()


def keys_of(metric: BillableMetric) -> dict[str, list[str]]:
    """Return the properties by which a metric's charges may price, with their values; one query."""
    return {row.key: row.values for row in metric.filters.order_by("created_at", "pk")}


def cost(plan: Plan, asked: Mapping[str, str]) -> dict[str, Any]:
    """Work out what a period of a plan costs with the units that `asked` gives (``units-<charge>``).

    One query. Units of a charge without a price function of its own (dynamic) are left out.
    """
    rows, total = [], plan.amount_cents
    charges = plan.charges.kept().select_related("billable_metric").order_by("created_at", "pk")
    for charge in charges.exclude(charge_model="dynamic"):
        units = units_of(asked.get(f"units-{charge.pk}", ""))
        priced = None
        if units is not None:
            try:
                priced = example(
                    charge.charge_model, charge.properties, units, plan.amount_currency
                )
            except Invalid:
                units = None
        total += priced.cents if priced else 0
        rows.append({"charge": charge, "units": units, "priced": priced})
    return {"rows": rows, "total": formats.money(total, plan.amount_currency)}


def units_of(text: str) -> Decimal | None:
    """Read a number of units that somebody types; None for what is none."""
    try:
        units = Decimal(text.strip().replace(" ", "") or "0")
    except InvalidOperation:
        return None
    return units if units.is_finite() and 0 <= units < Decimal(10) ** 15 else None
