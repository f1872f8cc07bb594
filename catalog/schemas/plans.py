"""Plans on the wire."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Integer, Number, instant, number
from catalog.models import Charge, FixedCharge, MinimumCommitment, Plan, UsageThreshold
from catalog.schemas.charges import (
    ChargeIn,
    ChargeOut,
    FixedChargeIn,
    FixedChargeOut,
    charge_out,
    fixed_charge_out,
)
from catalog.schemas.taxes import TaxOut, taxes_out


class CommitmentIn(In):
    """What a subscription pays at least in a period."""

    amount_cents: Integer | None = None
    invoice_display_name: str | None = None
    tax_codes: list[str] | None = None


class UsageThresholdIn(In):
    """An amount of usage at which a subscription is billed at once."""

    id: str | None = None
    amount_cents: Integer | None = None
    threshold_display_name: str | None = None
    recurring: bool | None = None


class PlanIn(In):
    """A plan as a request gives it; lists that are given are whole sets."""

    name: str | None = None
    invoice_display_name: str | None = None
    code: str | None = None
    description: str | None = None
    interval: str | None = None
    amount_cents: Integer | None = None
    amount_currency: str | None = None
    pay_in_advance: bool | None = None
    trial_period: Number | None = None
    bill_charges_monthly: bool | None = None
    bill_fixed_charges_monthly: bool | None = None
    tax_codes: list[str] | None = None
    charges: list[ChargeIn] | None = None
    fixed_charges: list[FixedChargeIn] | None = None
    minimum_commitment: CommitmentIn | None = None
    usage_thresholds: list[UsageThresholdIn] | None = None
    cascade_updates: bool | None = None


class PlanOverridesIn(In):
    """What differs from the plan for one subscription; charges by the id they have in the plan."""

    name: str | None = None
    invoice_display_name: str | None = None
    description: str | None = None
    amount_cents: Integer | None = None
    amount_currency: str | None = None
    trial_period: Number | None = None
    tax_codes: list[str] | None = None
    charges: list[ChargeIn] | None = None
    fixed_charges: list[FixedChargeIn] | None = None
    minimum_commitment: CommitmentIn | None = None
    usage_thresholds: list[UsageThresholdIn] | None = None


class CommitmentOut(TypedDict):
    """A minimum commitment."""

    lago_id: str
    plan_code: str
    amount_cents: int
    invoice_display_name: str | None
    interval: str
    created_at: str | None
    updated_at: str | None
    taxes: list[TaxOut]


class UsageThresholdOut(TypedDict):
    """A usage threshold."""

    lago_id: str
    threshold_display_name: str | None
    amount_cents: int
    recurring: bool
    created_at: str | None
    updated_at: str | None


class ApplicableThresholdOut(TypedDict):
    """A usage threshold in force."""

    threshold_display_name: str | None
    amount_cents: int
    recurring: bool


class PlanOut(TypedDict):
    """A plan with its charges."""

    lago_id: str
    name: str
    invoice_display_name: str | None
    created_at: str | None
    code: str
    interval: str
    description: str | None
    amount_cents: int
    amount_currency: str
    trial_period: float | None
    pay_in_advance: bool
    bill_charges_monthly: bool | None
    bill_fixed_charges_monthly: bool | None
    customers_count: int
    active_subscriptions_count: int
    draft_invoices_count: int
    parent_id: str | None
    pending_deletion: bool
    charges: list[ChargeOut]
    fixed_charges: list[FixedChargeOut]
    entitlements: list[Any]
    usage_thresholds: list[UsageThresholdOut]
    applicable_usage_thresholds: list[ApplicableThresholdOut]
    taxes: list[TaxOut]
    minimum_commitment: CommitmentOut | None
    metadata: dict[str, str | None] | None


def charges_with_parts() -> QuerySet[Charge]:
    """Return the charges that are not deleted, with what `charge_out` shows (3 queries)."""
    rows = Charge.objects.kept().select_related("billable_metric")
    return rows.prefetch_related("filters", "taxes").order_by("created_at", "pk")


def with_parts(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Load plans with everything that `plan_out` shows; 10 queries for any number of plans."""
    fixed = FixedCharge.objects.kept().select_related("add_on").prefetch_related("taxes")
    thresholds = UsageThreshold.objects.kept().order_by("recurring", "amount_cents")
    return plans.select_related("minimum_commitment").prefetch_related(
        "taxes",
        "minimum_commitment__taxes",
        Prefetch("charges", charges_with_parts()),
        Prefetch("fixed_charges", fixed.order_by("created_at", "pk")),
        Prefetch("usage_thresholds", thresholds),
    )


def plan_out(plan: Plan) -> PlanOut:
    """Show a plan that was loaded `with_parts`."""
    thresholds = list(plan.usage_thresholds.all())
    return {
        "lago_id": str(plan.pk),
        "name": plan.name,
        "invoice_display_name": plan.invoice_display_name,
        "created_at": instant(plan.created_at),
        "code": plan.code,
        "interval": plan.interval,
        "description": plan.description,
        "amount_cents": plan.amount_cents,
        "amount_currency": plan.amount_currency,
        "trial_period": number(plan.trial_period),
        "pay_in_advance": plan.pay_in_advance,
        "bill_charges_monthly": plan.bill_charges_monthly,
        "bill_fixed_charges_monthly": plan.bill_fixed_charges_monthly,
        "customers_count": 0,
        "active_subscriptions_count": 0,
        "draft_invoices_count": 0,
        "parent_id": plan.parent_id and str(plan.parent_id),
        "pending_deletion": plan.pending_deletion,
        "charges": [charge_out(charge) for charge in plan.charges.all()],
        "fixed_charges": [fixed_charge_out(charge) for charge in plan.fixed_charges.all()],
        "entitlements": [],
        "usage_thresholds": [usage_threshold_out(row) for row in thresholds],
        "applicable_usage_thresholds": [applicable_threshold_out(row) for row in thresholds],
        "taxes": taxes_out(plan.taxes.all()),
        "minimum_commitment": _commitment_out(plan),
        "metadata": None,
    }


def usage_threshold_out(row: UsageThreshold) -> UsageThresholdOut:
    """Show a usage threshold."""
    return {
        "lago_id": str(row.pk),
        "threshold_display_name": row.threshold_display_name,
        "amount_cents": row.amount_cents,
        "recurring": row.recurring,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def applicable_threshold_out(row: Any) -> ApplicableThresholdOut:
    """Show a threshold in force, a plan's or a subscription's own."""
    return {
        "threshold_display_name": row.threshold_display_name,
        "amount_cents": row.amount_cents,
        "recurring": row.recurring,
    }


def _commitment_out(plan: Plan) -> CommitmentOut | None:
    commitment: MinimumCommitment | None = getattr(plan, "minimum_commitment", None)
    if commitment is None:
        return None
    return {
        "lago_id": str(commitment.pk),
        "plan_code": plan.code,
        "amount_cents": commitment.amount_cents,
        "invoice_display_name": commitment.invoice_display_name,
        "interval": plan.interval,
        "created_at": instant(commitment.created_at),
        "updated_at": instant(commitment.updated_at),
        "taxes": taxes_out(commitment.taxes.all()),
    }
