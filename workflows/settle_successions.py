"""After a plan's price has changed: pending changes of plan that are no downgrades any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from activity.actors import Actor
from billing.periods import Succession
from catalog.models import Plan
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from subscriptions.terms import succession
from workflows.change_plan import change_plan


def waiting_for(plan: Plan) -> QuerySet[Subscription]:
    """Return the pending subscriptions that follow a running one, where either has this plan."""
    rows = Subscription.objects.filter(
        status=Status.PENDING, previous_subscription__status=Status.ACTIVE
    )
    return rows.filter(Q(plan=plan) | Q(previous_subscription__plan=plan)).order_by("pk")


@transaction.atomic
def settle_successions(plan: Plan, *, actor: Actor, at: datetime) -> None:
    """Cancel a waiting downgrade from `plan` that is none any more; begin one to `plan` at once.

    The customers of `waiting_for(plan)` are locked by the caller.
    """
    rows = waiting_for(plan).select_related(
        "plan", "previous_subscription__plan", "previous_subscription__customer__organization"
    )
    for waiting in rows:
        running = waiting.previous_subscription
        if running is None or succession(running.plan, waiting.plan) == Succession.DOWNGRADE:
            continue
        if running.next_billing_at is not None and running.next_billing_at <= at:
            continue  # its day has come: the billing run makes the change
        if waiting.plan_id == plan.pk:
            change_plan(running, asked=_as_asked(waiting), actor=actor, at=at)
        else:
            subscriptions.cancel(waiting, actor=actor, at=at)


def _as_asked(waiting: Subscription) -> NewSubscription:
    return NewSubscription(
        external_id=waiting.external_id,
        plan=waiting.plan,
        name=waiting.name,
        billing_time=waiting.billing_time,
        ending_at=waiting.ending_at,
        on_termination_credit_note=waiting.on_termination_credit_note,
        on_termination_invoice=waiting.on_termination_invoice,
        consolidate_invoice=waiting.consolidate_invoice,
        progressive_billing_disabled=waiting.progressive_billing_disabled,
        purchase_order_number=waiting.purchase_order_number,
    )
