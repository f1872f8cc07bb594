"""What pages and the API show of events."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from billing.errors import NotFound
from organizations.models import Organization
from subscriptions.models import Subscription
from usage.identity import source_of, transaction_range
from usage.models import UsageEvent


def events_of(
    organization: Organization,
    *,
    external_subscription_id: str | None = None,
    code: str | None = None,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
) -> QuerySet[UsageEvent]:
    """Return events, the latest first. The end is outside."""
    rows = UsageEvent.objects.of(organization)
    if external_subscription_id is not None:
        source = source_of(organization.pk, external_subscription_id)
        rows = rows.filter(source=source, external_subscription_id=external_subscription_id)
    if code is not None:
        rows = rows.filter(code=code)
    if start_at is not None:
        rows = rows.filter(at__gte=start_at)
    if end_at is not None:
        rows = rows.filter(at__lt=end_at)
    return rows.order_by("-at", "-seq")


def find_event(organization: Organization, transaction_id: str) -> UsageEvent:
    """Return the event of a transaction, of several subscriptions' the one that arrived last.

    Raises NotFound (``event_not_found``).
    """
    first, last = transaction_range(organization.pk, transaction_id)
    found = (
        UsageEvent.objects.of(organization)
        .filter(pk__gte=first, pk__lte=last, transaction_id=transaction_id)
        .order_by("-seq")
        .first()
    )
    if found is None:
        raise NotFound("event")
    return found


def first_start(organization: Organization, external_subscription_id: str) -> datetime | None:
    """Return when the running subscription of that external id started."""
    return (
        Subscription.objects.of(organization)
        .active()
        .filter(external_id=external_subscription_id)
        .values_list("started_at", flat=True)
        .first()
    )


def after(moment: datetime) -> datetime:
    """Return the end of an inclusive span: the next millisecond."""
    return moment + timedelta(milliseconds=1)
