"""End the subscriptions whose last day has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from activity.actors import SYSTEM, Actor
from billing.periods import midnight
from organizations.models import Organization
from subscriptions.models import Subscription
from workflows.end_subscription import end_subscription
from workflows.parking import parking

A_DAY = timedelta(days=1)


def end_due(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Terminate every active subscription whose `ending_at` falls on the local day of `at` or before it.

    One whose last day has passed, because the job is late, ends at its `ending_at`; how many were taken up is returned. A
    customer that fails is parked. A plan that takes over while another subscription of the customer ends is left to
    the next run.
    """
    rows = _ending(organization).filter(ending_at__lt=at + A_DAY)
    due = [row for row in rows if _ends_at(row) <= at]
    count = 0
    for row in due:
        if not rows.filter(pk=row.pk).exists():
            continue
        count += 1
        with parking(row.customer_id, at=at):
            end_subscription(row, actor=actor, at=_last_moment(row, at))
    return count


def next_end(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest moment later than `after` at which a last day begins."""
    rows = _ending(organization).filter(ending_at__gt=after - A_DAY)
    first = rows.first()
    if first is None or first.ending_at is None:
        return None
    near = rows.filter(ending_at__lte=first.ending_at + 2 * A_DAY)
    return min((m for row in near if (m := _ends_at(row)) > after), default=None)


def _ending(organization: Organization):  # type: ignore[no-untyped-def]
    return (
        Subscription.objects.of(organization)
        .active()
        .filter(ending_at__isnull=False)
        .select_related("plan", "customer__organization")
        .order_by("ending_at", "pk")
    )


def _ends_at(row: Subscription) -> datetime:
    assert row.ending_at is not None
    return midnight(row.customer.local_date(row.ending_at), row.customer.zone)


def _last_moment(row: Subscription, at: datetime) -> datetime:
    assert row.ending_at is not None
    is_last_day = row.customer.local_date(at) == row.customer.local_date(row.ending_at)
    return at if is_last_day else row.ending_at
