"""Change a plan, and what follows for its subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from activity.actors import Actor
from catalog.models import FixedCharge, Plan
from catalog.operations import plans
from catalog.operations.cascade import hand_on
from invoices.operations.locking import lock_customers
from subscriptions import operations as subscriptions
from subscriptions.models import Subscription
from workflows.bill_more_units import bill_more_units
from workflows.flag_drafts import flag_drafts
from workflows.settle_successions import settle_successions, waiting_for


@transaction.atomic
def edit_plan(plan: Plan, changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> Plan:
    """Change a plan; once it is subscribed its frozen members are ignored (`frozen_members`). Raises Invalid.

    ``cascade_updates`` hands the change on to overrides. Drafts are computed anew; pending downgrades that are
    none any more are canceled or begin at once; running subscriptions count new units of fixed charges from their
    next period on, or now where the fixed charge says ``apply_units_immediately``.
    """
    if "amount_cents" in changes:
        lock_customers(set(waiting_for(plan).values_list("customer_id", flat=True)))
    before, units = plans.snapshot(plan), _units(plan)
    changed = plans.update(plan, changes, is_subscribed=is_subscribed(plan), actor=actor, at=at)
    if changes.get("cascade_updates"):
        hand_on(changed, before, actor=actor, at=at)
    if changed.amount_cents != before["amount_cents"]:
        settle_successions(changed, actor=actor, at=at)
    _count_new_units(changed, changes, units, actor=actor, at=at)
    flag_drafts(plan.organization, plan=plan, at=at)
    return changed


def is_subscribed(plan: Plan) -> bool:
    """Say whether a subscription has ever been attached to the plan or to an override of it."""
    return Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan)).exists()


def frozen_members(plan: Plan) -> tuple[str, ...]:
    """Return the members of the plan that cannot change any more, because it is subscribed."""
    return plans.FROZEN_WHEN_SUBSCRIBED if is_subscribed(plan) else ()


def _units(plan: Plan) -> dict[str, Decimal]:
    rows = FixedCharge.objects.kept().filter(plan=plan)
    return {str(charge.pk): charge.units for charge in rows}


def _count_new_units(
    plan: Plan,
    changes: Mapping[str, Any],
    before: Mapping[str, Decimal],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    items = {str(item.get("id")): item for item in changes.get("fixed_charges") or []}
    for charge in FixedCharge.objects.kept().filter(plan=plan).order_by("pk"):
        key = str(charge.pk)
        if before.get(key) != charge.units:
            is_immediate = key not in before or items.get(key, {}).get("apply_units_immediately")
            subscriptions.count_units_anew(charge, is_immediate=bool(is_immediate), at=at)
            if is_immediate:
                earlier = before.get(key, Decimal(0))
                bill_more_units(charge, before=earlier, actor=actor, at=at)
