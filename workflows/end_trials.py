"""Note that free trials are over, and bill what is then due in advance."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import SYSTEM, Actor
from billing.periods import Reason
from billing.trial import end_makes_invoice
from customers.operations import lock_kept
from invoices.rating import Occasion
from organizations.models import Organization
from subscriptions import operations as subscriptions
from subscriptions.models import Subscription
from subscriptions.terms import terms_of, trial_ends_at
from workflows.issue_invoices import Invoicing, issue_invoices
from workflows.parking import parking


def end_trials(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """End every trial that has run out by `at`; return how many. A customer that fails is parked."""
    ended = 0
    for row in _in_trial(organization):
        moment = trial_ends_at(row)
        if moment is not None and moment <= at:
            with parking(row.customer_id, at=at):
                _end(row, moment, actor=actor, at=at)
                ended += 1
    return ended


def next_trial_end(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest moment later than `after` at which a trial ends."""
    moments = (trial_ends_at(row) for row in _in_trial(organization))
    return min((m for m in moments if m is not None and m > after), default=None)


def _in_trial(organization: Organization):  # type: ignore[no-untyped-def]
    return (
        Subscription.objects.of(organization)
        .active()
        .filter(trial_ended_at=None, plan__trial_period__gt=0)
        .select_related("plan", "customer__organization")
        .order_by("pk")
    )


@transaction.atomic
def _end(row: Subscription, moment: datetime, *, actor: Actor, at: datetime) -> None:
    customer = lock_kept(row.customer_id)
    fresh = Subscription.objects.select_related("plan").locked().get(pk=row.pk)
    if fresh.trial_ended_at is not None or not fresh.is_active:
        return
    fresh.customer = customer
    if fresh.started_at is not None and moment <= fresh.started_at:
        # The trial of an earlier subscription of this external id: over before this one began.
        subscriptions.pass_over_trial(fresh, trial_ended_at=moment, at=at)
        return
    subscriptions.end_trial(fresh, trial_ended_at=moment, actor=actor, at=at)
    if not end_makes_invoice(terms_of(fresh), moment):
        return
    # Billed for the day on which the trial ends, however late the job comes.
    billed_at = at if customer.local_date(at) == customer.local_date(moment) else moment
    invoicing = Invoicing(
        customer=customer,
        billed_at=billed_at,
        currency=fresh.plan.amount_currency,
        occasions=(Occasion(fresh, Reason.STARTING, billed_at),),
        purchase_order_number=fresh.purchase_order_number,
    )
    issue_invoices([invoicing], actor=actor, at=at)
