"""Change the charges of a plan one by one, and the drafts of its subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from catalog.models import Charge, Plan
from catalog.operations import plans
from workflows.edit_plan import is_subscribed
from workflows.flag_drafts import flag_drafts


@transaction.atomic
def add_charge(plan: Plan, values: Mapping[str, Any], *, actor: Actor, at: datetime) -> Charge:
    """Add a charge to a plan. Raises Invalid, or NotFound for an unknown metric or tax."""
    charge = plans.add_charge(plan, values, actor=actor, at=at)
    flag_drafts(plan.organization, plan=plan, at=at)
    return charge


@transaction.atomic
def edit_charge(
    charge: Charge, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Charge:
    """Change a charge; in a subscribed plan only prices, filters, minimum, name and taxes."""
    changed = plans.change_charge(
        charge, changes, is_subscribed=is_subscribed(charge.plan), actor=actor, at=at
    )
    flag_drafts(charge.organization, plan=charge.plan, at=at)
    return changed


@transaction.atomic
def remove_charge(charge: Charge, *, actor: Actor, at: datetime) -> Charge:
    """Take a charge out of its plan; its fees stay."""
    removed = plans.remove_charge(charge, actor=actor, at=at)
    flag_drafts(charge.organization, plan=charge.plan, at=at)
    return removed
