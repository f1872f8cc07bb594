"""Adding events to their days."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from usage.facts import COLUMNS, KEY_OF_CELL, SUMS
from usage.models import UsageDay, UsageMember, UsageMemberDay, UsageSeries
from usage.rollup.members import add_members

FACTS = f"""
SELECT wanted.organization_id, wanted.id AS series_id,
       (event.at AT TIME ZONE wanted.zone)::date AS day, {COLUMNS}
FROM usage_usageseries wanted
JOIN usage_usageevent event
  ON event.source = wanted.source AND event.code = wanted.code
 AND event.external_subscription_id = wanted.external_subscription_id
 AND event.organization_id = wanted.organization_id
WHERE wanted.id = ANY(%s) AND event.seq > %s AND event.seq <= %s
"""
_ADD = f"""
INSERT INTO usage_usageday AS old (organization_id, series_id, day, key, cell, events, total, highest,
                                   weighted, stated_cents, last)
SELECT organization_id, series_id, day, {KEY_OF_CELL}, cell, {SUMS}
FROM ({FACTS}) fact
GROUP BY organization_id, series_id, day, cell
ON CONFLICT (series_id, day, key) DO UPDATE SET
    events = old.events + excluded.events,
    total = COALESCE(old.total + excluded.total, old.total, excluded.total),
    highest = GREATEST(old.highest, excluded.highest),
    weighted = COALESCE(old.weighted + excluded.weighted, old.weighted, excluded.weighted),
    stated_cents = COALESCE(old.stated_cents + excluded.stated_cents, old.stated_cents,
                            excluded.stated_cents),
    last = GREATEST(old.last, excluded.last)
"""


def add_to_days(series: Sequence[UsageSeries], *, after: int, up_to: int) -> None:
    """Add the events of `series` with numbers above `after`, up to `up_to`, to their days.

    Days of late events change like any other, and no other day does.
    """
    if not series:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [[each.pk for each in series], after, up_to])
    unique = [each for each in series if each.aggregation_type == "unique_count_agg"]
    if unique:
        add_members(FACTS, [[each.pk for each in unique], after, up_to])


def sum_up_anew(series: Sequence[UsageSeries], *, up_to: int) -> None:
    """Forget the days of `series` and make them from all of its events up to number `up_to`."""
    ids = [each.pk for each in series]
    for model in (UsageDay, UsageMember, UsageMemberDay):
        model.objects.filter(series_id__in=ids).delete()
    add_to_days(series, after=0, up_to=up_to)
