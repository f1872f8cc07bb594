"""What changes a plan and what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.currencies import CURRENCIES
from billing.errors import NotFound
from catalog.models import Charge, Plan
from catalog.models.plan import Interval
from catalog.operations import charges, fixed_charges, plan_terms
from catalog.operations.tax_links import set_taxes
from organizations.models import Organization
from persistence.columns import assign, check
from persistence.saving import save_valid

FREE = ("name", "invoice_display_name", "description", "amount_cents")
FROZEN_WHEN_SUBSCRIBED = (
    "code",
    "interval",
    "amount_currency",
    "pay_in_advance",
    "trial_period",
    "bill_charges_monthly",
    "bill_fixed_charges_monthly",
)
COLUMNS = (*FREE, *FROZEN_WHEN_SUBSCRIBED)
LONG_INTERVALS = {Interval.YEARLY, Interval.SEMIANNUAL}


@transaction.atomic
def create(
    organization: Organization, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Plan:
    """Create a plan with its charges, fixed charges, commitment, thresholds and taxes.

    Raises Invalid, or NotFound for an unknown metric, add-on or tax.
    """
    plan = Plan(organization=organization, created_at=at, updated_at=at)
    _take(plan, values, COLUMNS)
    save_valid(plan)
    put_parts(plan, values, is_subscribed=False, at=at)
    journal.record(plan, "plan.created", actor=actor, at=at, after=snapshot(plan))
    journal.announce(plan, "plan.created", at=at)
    return plan


@transaction.atomic
def update(
    plan: Plan,
    changes: Mapping[str, Any],
    *,
    is_subscribed: bool,
    actor: Actor,
    at: datetime,
) -> Plan:
    """Change what `changes` names; lists that are given are whole sets, matched by `id`.

    Once the plan is subscribed the columns of FROZEN_WHEN_SUBSCRIBED are ignored, and the frozen ones of its
    charges too. Drafts and pending subscriptions are the caller's (workflows.edit_plan).
    """
    plan = lock_kept(plan)
    before = snapshot(plan)
    _take(plan, changes, FREE if is_subscribed else COLUMNS)
    put_parts(plan, changes, is_subscribed=is_subscribed, at=at)
    return note(plan, before, actor=actor, at=at)


@transaction.atomic
def add_charge(plan: Plan, values: Mapping[str, Any], *, actor: Actor, at: datetime) -> Charge:
    """Add one charge to a plan."""
    plan = lock_kept(plan)
    before = snapshot(plan)
    charge = charges.add(plan, values, at=at)
    note(plan, before, actor=actor, at=at)
    return charge


@transaction.atomic
def change_charge(
    charge: Charge,
    changes: Mapping[str, Any],
    *,
    is_subscribed: bool,
    actor: Actor,
    at: datetime,
) -> Charge:
    """Change one charge of a plan."""
    plan = lock_kept(charge.plan)
    before = snapshot(plan)
    charge = _kept_charge(plan, charge)
    charges.change(charge, changes, is_subscribed=is_subscribed, at=at)
    note(plan, before, actor=actor, at=at)
    return charge


@transaction.atomic
def remove_charge(charge: Charge, *, actor: Actor, at: datetime) -> Charge:
    """Take a charge out of its plan; its fees stay."""
    plan = lock_kept(charge.plan)
    before = snapshot(plan)
    charge = _kept_charge(plan, charge)
    charges.end(charge, at=at)
    note(plan, before, actor=actor, at=at)
    return charge


@transaction.atomic
def mark_for_deletion(plan: Plan, *, actor: Actor, at: datetime) -> Plan:
    """Refuse new subscriptions to a plan that is about to be deleted."""
    plan = lock_kept(plan)
    if not plan.pending_deletion:
        plan.pending_deletion, plan.updated_at = True, at
        save_valid(plan, update_fields=["pending_deletion", "updated_at"])
        journal.record(plan, "plan.deletion_started", actor=actor, at=at)
    return plan


@transaction.atomic
def delete(plan: Plan, *, actor: Actor, at: datetime) -> Plan:
    """Hide a plan, the overrides made of it, and their charges; its subscriptions have ended before."""
    plan = lock_kept(plan)
    for one in [plan, *plan.children.kept().locked()]:
        for charge in one.charges.kept():
            charges.end(charge, at=at)
        for fixed in one.fixed_charges.kept():
            fixed_charges.end(fixed, at=at)
        one.usage_thresholds.kept().update(deleted_at=at, updated_at=at)
        one.deleted_at = one.updated_at = at
        one.pending_deletion = False
        save_valid(one, update_fields=["deleted_at", "updated_at", "pending_deletion"])
    journal.record(plan, "plan.deleted", actor=actor, at=at, before=journal.snapshot(plan))
    journal.announce(plan, "plan.deleted", at=at)
    return plan


def put_parts(plan: Plan, values: Mapping[str, Any], *, is_subscribed: bool, at: datetime) -> None:
    """Set the parts of a locked plan that `values` names."""
    if values.get("charges") is not None:
        charges.put(plan, values["charges"], is_subscribed=is_subscribed, at=at)
    if values.get("fixed_charges") is not None:
        fixed_charges.put(plan, values["fixed_charges"], is_subscribed=is_subscribed, at=at)
    if "minimum_commitment" in values:
        plan_terms.put_commitment(plan, values["minimum_commitment"], at=at)
    if "usage_thresholds" in values:
        plan_terms.put_thresholds(plan, values["usage_thresholds"], at=at)
    if "tax_codes" in values:
        set_taxes(plan, values["tax_codes"])


def snapshot(plan: Plan) -> dict[str, Any]:
    """Return the plan with all its parts, as the journal keeps it."""
    metered = plan.charges.kept().order_by("created_at", "pk")
    fixed = plan.fixed_charges.kept().order_by("created_at", "pk")
    return {
        **journal.snapshot(plan),
        **plan_terms.described(plan),
        "tax_codes": sorted(plan.taxes.values_list("code", flat=True)),
        "charges": {str(charge.pk): charges.described(charge) for charge in metered},
        "fixed_charges": {str(charge.pk): fixed_charges.described(charge) for charge in fixed},
    }


def lock_kept(plan: Plan) -> Plan:
    """Lock a plan that is not deleted and return it; raises NotFound when it is gone."""
    found = Plan.objects.kept().select_related("organization").locked().filter(pk=plan.pk).first()
    if found is None:
        raise NotFound("plan")
    return found


def _kept_charge(plan: Plan, charge: Charge) -> Charge:
    rows = plan.charges.kept().select_related("billable_metric", "organization")
    found = rows.filter(pk=charge.pk).first()
    if found is None:
        raise NotFound("charge")
    return found


def _take(plan: Plan, values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    assign(plan, values, names)
    if plan.interval not in LONG_INTERVALS:
        plan.bill_charges_monthly = plan.bill_fixed_charges_monthly = None
    is_known = not plan.amount_currency or plan.amount_currency in CURRENCIES
    check(plan, COLUMNS, {} if is_known else {"amount_currency": ["value_is_invalid"]})


def note(plan: Plan, before: dict[str, Any], *, actor: Actor, at: datetime) -> Plan:
    """Store the plan and tell of it, if anything has changed."""
    old, new = journal.changes(before, snapshot(plan))
    if new:
        plan.updated_at = at
        save_valid(plan, update_fields=[*COLUMNS, "updated_at"])
        journal.record(plan, "plan.updated", actor=actor, at=at, before=old, after=new)
        journal.announce(plan, "plan.updated", at=at)
    return plan
