"""A subscription's row as the pure core sees it, and when it is billed next."""

from __future__ import annotations

from datetime import date, datetime

from billing.periods import (
    SubscriptionTerms,
    Succession,
    local_day,
    midnight,
    next_billing_day_after,
)
from billing.plan_change import plan_change, yearly_amount_cents
from billing.trial import is_running, trial_end
from catalog.models import Plan
from subscriptions.models import Subscription


def terms_of(subscription: Subscription, succession: str | None = None) -> SubscriptionTerms:
    """Return a subscription's terms; `succession` says how the next one took over, if one did.

    The row comes with its plan, its customer and the customer's organization.
    """
    plan = subscription.plan
    return SubscriptionTerms(
        interval=plan.interval,
        billing_time=subscription.billing_time,
        pay_in_advance=plan.pay_in_advance,
        subscription_at=subscription.subscription_at,
        started_at=subscription.started_at or subscription.subscription_at,
        zone=subscription.customer.zone,
        terminated_at=subscription.terminated_at,
        succeeded_by=succession,
        ending_at=subscription.ending_at,
        created_at=subscription.created_at,
        bill_charges_monthly=bool(plan.bill_charges_monthly),
        bill_fixed_charges_monthly=bool(plan.bill_fixed_charges_monthly),
    )


def succession(before: Plan, after: Plan) -> Succession:
    """Say whether a change from one plan to another is an upgrade or a downgrade."""
    return plan_change(
        yearly_amount_cents(before.interval, before.amount_cents),
        yearly_amount_cents(after.interval, after.amount_cents),
    )


def next_billing(subscription: Subscription, *, after: date | None = None) -> datetime | None:
    """Return the moment at which the next billing day begins for the customer, or None.

    `after` is the local day that has been billed; without it the search begins at the start.
    """
    terms = terms_of(subscription)
    day = next_billing_day_after(terms, after or local_day(terms.started_at, terms.zone))
    return None if day is None else midnight(day, terms.zone)


def pays_at_start(subscription: Subscription, at: datetime) -> bool:
    """Say whether something is due when the subscription begins at `at`."""
    plan = subscription.plan
    if plan.fixed_charges.kept().filter(pay_in_advance=True).exists():
        return True
    return plan.pay_in_advance and not is_running(trial_ends_at(subscription), at)


def trial_ends_at(subscription: Subscription) -> datetime | None:
    """Return when the subscription's free trial ends: it runs from the first of its external id."""
    if not subscription.plan.trial_period:
        return None
    moments = Subscription.objects.filter(
        customer_id=subscription.customer_id,
        external_id=subscription.external_id,
        started_at__isnull=False,
    ).values_list("started_at", flat=True)
    starts = [moment for moment in moments if moment is not None]
    return trial_end(starts, subscription.plan.trial_period) if starts else None
