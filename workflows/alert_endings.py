"""Say ahead that subscriptions will end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from activity import journal
from activity.actors import SYSTEM, Actor
from billing.periods import midnight
from organizations.models import Organization
from subscriptions.models import Subscription
from subscriptions.operations import note_alert

DAYS_AHEAD = (45, 15)


def alert_endings(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Announce each active subscription that ends in 45 or in 15 days, once for each; return how many."""
    count = 0
    for row in _ending(organization, at):
        today = row.customer.local_date(at)
        assert row.ending_at is not None
        left = (row.customer.local_date(row.ending_at) - today).days
        if left in DAYS_AHEAD and row.alerted_on != today:
            _alert(row, actor=actor, at=at)
            count += 1
    return count


def next_alert(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest moment later than `after` at which an alert is due."""
    moments = [
        midnight(row.customer.local_date(row.ending_at) - timedelta(days=ahead), row.customer.zone)
        for row in _ending(organization, after)
        if row.ending_at is not None
        for ahead in DAYS_AHEAD
    ]
    return min((moment for moment in moments if moment > after), default=None)


def _ending(organization: Organization, at: datetime) -> list[Subscription]:
    rows = Subscription.objects.of(organization).active().filter(ending_at__gt=at)
    return list(rows.select_related("customer__organization").order_by("pk"))


@transaction.atomic
def _alert(row: Subscription, *, actor: Actor, at: datetime) -> None:
    note_alert(row, at=at)
    journal.announce(row, "subscription.termination_alert", at=at)
