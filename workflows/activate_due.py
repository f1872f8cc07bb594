"""Start the subscriptions whose day has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from activity.actors import SYSTEM, Actor
from billing.periods import midnight
from customers.operations import lock_kept
from organizations.models import Organization
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from workflows.parking import parking
from workflows.start_subscription import invoice_start

A_DAY = timedelta(days=1)


def activate_due(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Start every pending subscription whose local day has begun; return how many. A customer that fails is parked.

    It starts at `at`, and is invoiced at once if it is paid in advance. A pending change of plan is no business of
    this job: the billing run makes it.
    """
    rows = _waiting(organization).filter(subscription_at__lt=at + A_DAY)
    due = [row for row in rows if _begins_at(row) <= at]
    for row in due:
        with parking(row.customer_id, at=at):
            _activate(row, actor=actor, at=at)
    return len(due)


def next_activation(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest moment later than `after` at which a pending subscription begins."""
    rows = _waiting(organization).filter(subscription_at__gt=after - A_DAY)
    first = rows.order_by("subscription_at").first()
    if first is None:
        return None
    near = rows.filter(subscription_at__lte=first.subscription_at + 2 * A_DAY)
    moments = [moment for row in near if (moment := _begins_at(row)) > after]
    return min(moments, default=None)


def _waiting(organization: Organization):  # type: ignore[no-untyped-def]
    return (
        Subscription.objects.of(organization)
        .pending()
        .filter(previous_subscription=None)
        .select_related("plan", "customer__organization")
        .order_by("subscription_at", "pk")
    )


def _begins_at(row: Subscription) -> datetime:
    """The local midnight of the day on which the subscription begins."""
    return midnight(row.customer.local_date(row.subscription_at), row.customer.zone)


@transaction.atomic
def _activate(row: Subscription, *, actor: Actor, at: datetime) -> None:
    customer = lock_kept(row.customer_id)
    fresh = Subscription.objects.select_related("plan").locked().get(pk=row.pk)
    if fresh.status != Status.PENDING:
        return
    fresh.customer = customer
    subscriptions.activate(fresh, started_at=at, actor=actor, at=at)
    invoice_start([fresh], actor=actor, at=at)
