"""Change a plan, and the drafts of its subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from activity.actors import Actor
from catalog.models import Plan
from catalog.operations import plans
from subscriptions.models import Subscription
from workflows.flag_drafts import flag_drafts


@transaction.atomic
def edit_plan(plan: Plan, changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> Plan:
    """Change a plan; once it is subscribed its frozen members are ignored (`frozen_members`). Raises Invalid."""
    changed = plans.update(plan, changes, is_subscribed=is_subscribed(plan), actor=actor, at=at)
    flag_drafts(plan.organization, plan=plan, at=at)
    return changed


def is_subscribed(plan: Plan) -> bool:
    """Say whether a subscription has ever been attached to the plan or to an override of it."""
    return Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan)).exists()


def frozen_members(plan: Plan) -> tuple[str, ...]:
    """Return the members of the plan that cannot change any more, because it is subscribed."""
    return plans.FROZEN_WHEN_SUBSCRIBED if is_subscribed(plan) else ()
