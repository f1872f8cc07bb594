"""How far what follows from events has come in an organization."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from organizations.models import Organization
from usage.models import UsageCursor, UsageEvent


@transaction.atomic
def take_new(
    organization: Organization, *, up_to: int, after: int | None = None, most: int
) -> Sequence[UsageEvent]:
    """Return the next events that were not taken yet, in order of arrival, and move the cursor past them.

    At most `most`, none with a number above `up_to`; the cursor stays locked until the end of the
    transaction, so that no event is taken twice. `after` says that there is nothing to take at or below it,
    for an organization that has no cursor yet.
    """
    UsageCursor.objects.bulk_create(
        [UsageCursor(organization=organization, seq=after or 0)], ignore_conflicts=True
    )
    cursor = UsageCursor.objects.of(organization).select_for_update().get()
    if up_to <= cursor.seq:
        return ()
    events = list(
        UsageEvent.objects.of(organization)
        .filter(seq__gt=cursor.seq, seq__lte=up_to)
        .order_by("seq")[:most]
    )
    reached = events[-1].seq if len(events) == most else up_to
    UsageCursor.objects.of(organization).update(seq=reached)
    return events


def last_number() -> int:
    """Return the highest number that an event may have been given so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value - (NOT is_called)::int FROM usage_event_seq")
        return int(cursor.fetchone()[0])
