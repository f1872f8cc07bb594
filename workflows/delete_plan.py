"""Delete a plan; while subscriptions run on it, it only refuses new ones."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from activity.actors import Actor
from catalog.models import Plan
from catalog.operations import plans
from subscriptions.models import Subscription


@transaction.atomic
def delete_plan(plan: Plan, *, actor: Actor, at: datetime) -> Plan:
    """Refuse new subscriptions and, once none runs any more, hide the plan with its overrides and charges."""
    plan = plans.mark_for_deletion(plan, actor=actor, at=at)
    of_plan = Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan))
    if not of_plan.filter(status__in=["active", "pending"]).exists():
        plan = plans.delete(plan, actor=actor, at=at)
    return plan
