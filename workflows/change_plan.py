"""Change the plan of a running subscription: at once if it is dearer, else from the next period on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.periods import Reason, Succession
from catalog.models import Plan
from invoices.rating import Occasion
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription, new_row
from subscriptions.terms import pays_at_start, succession
from workflows.credit_unused_time import credit_unused_time
from workflows.issue_invoices import Invoicing, issue_invoices
from workflows.regroup_fees import regroup_fees


@transaction.atomic
def change_plan(
    running: Subscription, *, asked: NewSubscription, actor: Actor, at: datetime
) -> Subscription:
    """Put another plan in place of the running one and return the subscription that follows it.

    An upgrade ends the running one now, credits what it had paid ahead, and bills both on one invoice. A downgrade
    waits as a pending subscription; it is the running one that is returned then. The customer is locked by
    the caller.
    """
    cancel_successor(running, actor=actor, at=at)
    plan = asked.override(asked.plan) if asked.override else asked.plan
    if succession(running.plan, plan) == Succession.DOWNGRADE:
        return _downgrade(running, asked, plan, actor=actor, at=at)
    return _upgrade(running, asked, plan, actor=actor, at=at)


def cancel_successor(running: Subscription, *, actor: Actor, at: datetime) -> None:
    """Cancel the pending subscription that was to follow, if there is one."""
    waiting = (
        Subscription.objects.filter(previous_subscription=running, status=Status.PENDING)
        .select_related("plan", "customer__organization")
        .locked()
    )
    for row in waiting:
        subscriptions.cancel(row, actor=actor, at=at)


def _downgrade(
    running: Subscription, asked: NewSubscription, plan: Plan, *, actor: Actor, at: datetime
) -> Subscription:
    row = _successor(running, asked, plan, status=Status.PENDING, started_at=None)
    subscriptions.add(row, actor=actor, at=at)
    return running


def _upgrade(
    running: Subscription, asked: NewSubscription, plan: Plan, *, actor: Actor, at: datetime
) -> Subscription:
    moment = max(running.started_at or at, at)  # one that has not begun ends as it begins
    subscriptions.terminate(running, terminated_at=moment, actor=actor, at=at)
    following = subscriptions.add(
        _successor(running, asked, plan, status=Status.ACTIVE, started_at=moment),
        actor=actor,
        at=at,
    )
    if running.plan.pay_in_advance:
        credit_unused_time(running, successor=following, actor=actor, at=at)
    occasions = [Occasion(running, Reason.UPGRADE, at)]
    if pays_at_start(following, at):
        occasions.append(Occasion(following, Reason.STARTING, at))
    invoicing = Invoicing(
        customer=running.customer,
        billed_at=at,
        currency=plan.amount_currency,
        occasions=tuple(occasions),
        purchase_order_number=running.purchase_order_number,
    )
    issue_invoices([invoicing], actor=actor, at=at)
    regroup_fees([running], actor=actor, at=at, is_ending=True)
    return following


def _successor(
    running: Subscription, asked: NewSubscription, plan: Plan, **columns: object
) -> Subscription:
    """The subscription that takes over keeps the anchor, the billing time and the end."""
    return new_row(
        running.customer,
        replace(asked, name=asked.name or running.name),
        plan,
        previous_subscription=running,
        subscription_at=running.subscription_at,
        billing_time=running.billing_time,
        ending_at=asked.ending_at or running.ending_at,
        **columns,
    )
