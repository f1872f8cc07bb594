"""How far what follows from events has come in an organization."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

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


_MARK_DUE = """
INSERT INTO usage_usagecursor AS cursor (organization_id, seq, due_seq)
SELECT id, %s, %s FROM unnest(%s::uuid[]) AS id ORDER BY id
ON CONFLICT (organization_id) DO UPDATE SET due_seq = GREATEST(cursor.due_seq, excluded.due_seq)
"""


def mark_due(organization_ids: Collection[UUID], *, after: int, up_to: int) -> None:
    """Note that these organizations have new events with numbers above `after`, up to `up_to`."""
    if organization_ids:
        with connection.cursor() as cursor:
            cursor.execute(_MARK_DUE, [after, up_to, list(organization_ids)])


def due() -> list[tuple[Organization, int]]:
    """Return the organizations in real time with events to be taken, and up to which number they are safe.

    A sandbox takes its events as they come.
    """
    rows = (
        UsageCursor.objects.filter(seq__lt=F("due_seq"), organization__is_sandbox=False)
        .select_related("organization")
        .order_by("organization_id")
    )
    return [(row.organization, row.due_seq) for row in rows]


def last_number() -> int:
    """Return the highest number that an event may have been given so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value - (NOT is_called)::int FROM usage_event_seq")
        return int(cursor.fetchone()[0])
