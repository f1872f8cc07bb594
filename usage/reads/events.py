"""What pages and the API show of events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import DateField, QuerySet
from django.db.models.expressions import RawSQL

from billing.aggregation.values import text
from billing.errors import NotFound
from catalog.models import Charge
from organizations.models import Organization
from subscriptions.models import Subscription
from usage.aggregation.history import since
from usage.aggregation.measure import Measure, measures
from usage.identity import source_of, transaction_range
from usage.models import UsageEvent

# As in the index usage_by_day, which it lets PostgreSQL walk from the latest day on.
_DAY = RawSQL("(usage_usageevent.at AT TIME ZONE 'UTC')::date", [], output_field=DateField())


def events_of(
    organization: Organization,
    *,
    external_subscription_id: str | None = None,
    code: str | None = None,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
) -> QuerySet[UsageEvent]:
    """Return events, the latest first. The end is outside."""
    rows = UsageEvent.objects.of(organization).annotate(day=_DAY)
    if external_subscription_id is not None:
        source = source_of(organization.pk, external_subscription_id)
        rows = rows.filter(source=source, external_subscription_id=external_subscription_id)
    if code is not None:
        rows = rows.filter(code=code)
    if start_at is not None:
        rows = rows.filter(at__gte=start_at, day__gte=start_at.astimezone(UTC).date())
    if end_at is not None:
        rows = rows.filter(at__lt=end_at, day__lte=end_at.astimezone(UTC).date())
    return rows.order_by("-day", "-at", "-seq")


def events_behind(
    subscription: Subscription,
    charge: Charge,
    *,
    start_at: datetime,
    end_at: datetime,
    charge_filter_id: UUID | None = None,
    group: Mapping[str, str | None] | None = None,
    most: int = 100,
) -> list[UsageEvent]:
    """Return the events that a fee of `charge` is made of, the latest first, at most `most`.

    `charge_filter_id` and `group` (`Fee.grouped_by`) say which part of the charge; without a filter it is the
    rest. The history of a recurring metric before `start_at` is not among them. The end is outside.
    """
    measure = measures([charge])[charge]
    begins_at = since([subscription]).get(subscription.pk)
    rows = events_of(
        subscription.organization,
        external_subscription_id=subscription.external_id,
        code=measure.code,
        start_at=start_at if begins_at is None else max(start_at, begins_at),
        end_at=end_at,
    )
    own = (
        event
        for event in rows.iterator(chunk_size=1000)
        if _is_part(event, measure, charge_filter_id, group)
    )
    return list(islice(own, most))


def _is_part(
    event: UsageEvent,
    measure: Measure,
    charge_filter_id: UUID | None,
    group: Mapping[str, str | None] | None,
) -> bool:
    part = measure.parts[measure.part_of(event.properties)]
    values = {key: text(event.properties.get(key)) for key in part.keys}
    wanted = {key: (group or {}).get(key) for key in part.keys}
    return part.charge_filter_id == charge_filter_id and values == wanted


def of_transaction(organization: Organization, transaction_id: str) -> QuerySet[UsageEvent]:
    """Return the events that bear the id of a transaction: one of each subscription at most."""
    first, last = transaction_range(organization.pk, transaction_id)
    rows = UsageEvent.objects.of(organization)
    return rows.filter(pk__gte=first, pk__lte=last, transaction_id=transaction_id)


def find_event(organization: Organization, transaction_id: str) -> UsageEvent:
    """Return the event of a transaction, of several subscriptions' the one that arrived last.

    Raises NotFound (``event_not_found``).
    """
    found = of_transaction(organization, transaction_id).order_by("-seq").first()
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
