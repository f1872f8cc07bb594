"""The terms of a plan that one customer may be given otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import Charge, ChargeFilter, FixedCharge, MinimumCommitment, Plan
from catalog.models.charge import ChargeModel
from catalog.operations.plan_terms import commitment_of
from catalog.reads.wording import price


@dataclass(frozen=True)
class Priced:
    """A charge as the form offers it: its name, its price in words, and whether filters have others."""

    charge: Charge | FixedCharge
    name: str
    price: str
    has_filters: bool = False

    @property
    def is_standard(self) -> bool:
        """Each unit costs the same, so that one number says it all."""
        return self.charge.charge_model == ChargeModel.STANDARD


@dataclass(frozen=True)
class PlanTerms:
    """A plan with its charges and its minimum commitment."""

    plan: Plan
    charges: list[Priced]
    fixed_charges: list[Priced]
    commitment: MinimumCommitment | None


def plan_terms(plan: Plan) -> PlanTerms:
    """Return what a plan asks for; 4 queries."""
    metered = plan.charges.kept().select_related("billable_metric").order_by("created_at", "pk")
    fixed = plan.fixed_charges.kept().select_related("add_on").order_by("created_at", "pk")
    rows = ChargeFilter.objects.kept().filter(charge__plan=plan)
    filtered = set(rows.values_list("charge_id", flat=True))
    return PlanTerms(
        plan,
        [_priced(one, one.billable_metric.name, plan, one.pk in filtered) for one in metered],
        [_priced(one, one.add_on.name, plan) for one in fixed],
        commitment_of(plan),
    )


def _priced(
    charge: Charge | FixedCharge, name: str, plan: Plan, has_filters: bool = False
) -> Priced:
    words = price(charge.charge_model, charge.properties, plan.amount_currency)
    return Priced(charge, charge.invoice_display_name or name, words, has_filters)
