"""Reading sums: roll-up, edges and tail in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection

from billing.periods.civil import local_day, midnight
from usage.aggregation.raw import Span
from usage.facts import COLUMNS, SUMS

EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
"""Where a history begins that has no beginning."""

_DAY = timedelta(days=1)
_NO_DAY = date(1970, 1, 1)
_SEPARATOR = "\x1f"

# The watermark, the days up to it and the events after it are read by one statement, hence as of one moment.
# `scan` is what must be read of the events themselves: parts of days at the edges of a period, whatever lies
# behind the watermark, and everything where there is no series that serves. It goes day by day, since that is how
# the index finds what is behind the watermark without touching what is not; OFFSET 0 keeps the planner from
# turning this inside out.
_SQL = f"""
WITH mark AS MATERIALIZED (
    SELECT COALESCE((SELECT seq FROM usage_usagewatermark), 0) AS seq
),
asked AS MATERIALIZED (
    SELECT given.*, string_to_array(given.named, '{_SEPARATOR}') AS keys,
           series.id AS series_id, series.keys AS series_keys
    FROM unnest(%s::int[], %s::bool[], %s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[],
                %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
                %s::timestamptz[], %s::timestamptz[], %s::date[], %s::date[])
         AS given (n, is_before, source, organization_id, external_id, code, aggregation_type,
                   field_name, named, zone, start_at, days_start_at, days_end_at, end_at,
                   first_day, end_day)
    LEFT JOIN usage_usageseries series
      ON series.source = given.source AND series.code = given.code
     AND series.external_subscription_id = given.external_id
     AND series.organization_id = given.organization_id AND series.zone = given.zone
     AND series.aggregation_type = given.aggregation_type
     AND series.field_name = given.field_name
     AND series.keys @> string_to_array(given.named, '{_SEPARATOR}')
),
part AS (
    SELECT asked.*, span.*
    FROM asked CROSS JOIN mark CROSS JOIN LATERAL (VALUES
        (asked.start_at, CASE WHEN series_id IS NULL THEN end_at ELSE days_start_at END, 0::bigint),
        (days_start_at, CASE WHEN series_id IS NULL THEN days_start_at ELSE days_end_at END, mark.seq),
        (days_end_at, CASE WHEN series_id IS NULL THEN days_end_at ELSE end_at END, 0)
    ) AS span (lower_at, upper_at, after)
    WHERE span.lower_at < span.upper_at
),
scan AS MATERIALIZED (
    SELECT source, organization_id, external_id, lower_at, upper_at, after,
           array_agg(DISTINCT code) AS codes
    FROM part GROUP BY source, organization_id, external_id, lower_at, upper_at, after
),
found AS MATERIALIZED (
    SELECT scan.source, scan.organization_id, scan.external_id, scan.lower_at, scan.upper_at,
           scan.after, event.*
    FROM scan
    CROSS JOIN LATERAL (
        SELECT (at AT TIME ZONE 'UTC')::date AS day FROM usage_usageevent earliest
        WHERE earliest.source = scan.source
        ORDER BY earliest.source, (at AT TIME ZONE 'UTC')::date, seq LIMIT 1
    ) earliest
    CROSS JOIN LATERAL (
        SELECT GREATEST((lower_at AT TIME ZONE 'UTC')::date, earliest.day) AS first_day,
               (upper_at AT TIME ZONE 'UTC')::date AS last_day
    ) days
    CROSS JOIN LATERAL generate_series(0, days.last_day - days.first_day) AS number
    CROSS JOIN LATERAL (
        SELECT event.code, event.at, event.seq, event.properties, event.precise_total_amount_cents
        FROM usage_usageevent event
        WHERE event.source = scan.source
          AND (event.at AT TIME ZONE 'UTC')::date = days.first_day + number
          AND event.seq > scan.after
          AND event.at >= scan.lower_at AND event.at < scan.upper_at
          AND event.organization_id = scan.organization_id
          AND event.external_subscription_id = scan.external_id
          AND event.code = ANY (scan.codes)
        OFFSET 0
    ) event
),
fact AS (
    SELECT wanted.n, wanted.is_before, {COLUMNS}
    FROM part wanted
    JOIN found event
      ON event.source = wanted.source AND event.code = wanted.code
     AND event.organization_id = wanted.organization_id
     AND event.external_id = wanted.external_id AND event.after = wanted.after
     AND event.lower_at = wanted.lower_at AND event.upper_at = wanted.upper_at
),
sums AS (
    SELECT n, is_before, cell, member, {SUMS}
    FROM fact GROUP BY n, is_before, cell, member
    UNION ALL
    SELECT n, is_before,
           CASE WHEN asked.keys = asked.series_keys THEN day.cell
                ELSE ARRAY(SELECT day.cell[array_position(asked.series_keys, key)]
                           FROM unnest(asked.keys) WITH ORDINALITY AS named (key, place)
                           ORDER BY place) END,
           day.member, day.events, day.total, day.highest, day.weighted, day.stated_cents, day.last
    FROM asked
    JOIN usage_usageday day
      ON day.series_id = asked.series_id AND day.day >= asked.first_day AND day.day < asked.end_day
),
members AS (
    SELECT n, cell, member,
           sum(events) FILTER (WHERE NOT is_before) AS events,
           sum(events) FILTER (WHERE is_before) AS events_before,
           sum(total) FILTER (WHERE NOT is_before) AS total,
           sum(total) FILTER (WHERE is_before) AS total_before,
           max(highest) AS highest, sum(weighted) FILTER (WHERE NOT is_before) AS weighted,
           sum(stated_cents) FILTER (WHERE NOT is_before) AS stated_cents, max(last) AS last
    FROM sums GROUP BY n, cell, member
)
SELECT n, cell, sum(events), sum(events_before), sum(total), sum(total_before), max(highest),
       sum(weighted), sum(stated_cents), max(last) FILTER (WHERE member IS NULL),
       count(*) FILTER (WHERE member IS NOT NULL AND last[3] = 1 AND cell = '{{}}'),
       array_agg(member) FILTER (WHERE member IS NOT NULL AND cell <> '{{}}'),
       array_agg(last) FILTER (WHERE member IS NOT NULL AND cell <> '{{}}')
FROM members GROUP BY n, cell
"""


@dataclass(frozen=True)
class Wanted:
    """Sums of the events of a span, and of those before it that are its history.

    `history_at` is where the history begins; None stands for none. Days are those of `zone`.
    """

    span: Span
    history_at: datetime | None
    aggregation_type: str
    field_name: str
    keys: tuple[str, ...]
    zone: ZoneInfo


@dataclass
class Sums:
    """What events amount to; `weighted` is value × microseconds since 1970.

    `there` counts the members that were not removed. Where there are cells, they are told one by one instead
    with the last that happened to them, since one member may be in several cells that are billed as one.
    """

    events: int = 0
    events_before: int = 0
    total: Decimal = Decimal(0)
    total_before: Decimal = Decimal(0)
    highest: Decimal | None = None
    weighted: Decimal = Decimal(0)
    stated_cents: Decimal = Decimal(0)
    last: list[Decimal] | None = None
    there: int = 0
    members: dict[str, list[Decimal]] = field(default_factory=dict)

    @property
    def members_there(self) -> int:
        """How many members were not removed."""
        return self.there + sum(last[2] == 1 for last in self.members.values())

    def add(self, other: Sums) -> None:
        """Take in the sums of other events."""
        self.events += other.events
        self.events_before += other.events_before
        self.total += other.total
        self.total_before += other.total_before
        self.highest = max(
            (v for v in (self.highest, other.highest) if v is not None), default=None
        )
        self.weighted += other.weighted
        self.stated_cents += other.stated_cents
        self.last = max(filter(None, (self.last, other.last)), default=None)
        self.there += other.there
        for member, last in other.members.items():
            self.members[member] = max(last, self.members.get(member, last))


Cell = tuple[str | None, ...]
"""The values of the wanted keys, in their order."""


def whole_days(start_at: datetime, end_at: datetime, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the whole days in a span as ``[first, end)``, if it reaches from one day into another."""
    first, end = local_day(start_at, zone), local_day(end_at, zone)
    if midnight(first, zone) < start_at:
        first += _DAY
    return (first, end) if first <= end else None


def _row(
    n: int, wanted: Wanted, *, is_before: bool, start_at: datetime, end_at: datetime
) -> tuple[object, ...]:
    days = whole_days(start_at, end_at, wanted.zone)
    first, end = days or (_NO_DAY, _NO_DAY)
    return (
        n,
        is_before,
        wanted.span.source,
        wanted.span.organization_id,
        wanted.span.external_id,
        wanted.span.code,
        wanted.aggregation_type,
        wanted.field_name,
        _SEPARATOR.join(wanted.keys),
        wanted.zone.key,
        start_at,
        midnight(first, wanted.zone) if days else end_at,
        midnight(end, wanted.zone) if days else end_at,
        end_at,
        first,
        end,
    )


def sums_of(wanted: Sequence[Wanted]) -> list[dict[Cell, Sums]]:
    """Return for each of `wanted` its sums by cell (one query). A cell without events is not there."""
    rows = []
    for n, each in enumerate(wanted):
        start_at = each.span.start_at or EARLIEST
        spans = [(False, start_at, each.span.end_at)]
        if each.history_at is not None:
            spans.append((True, each.history_at, start_at))
        rows += [
            _row(n, each, is_before=is_before, start_at=lower_at, end_at=upper_at)
            for is_before, lower_at, upper_at in spans
            if lower_at < upper_at
        ]
    found: list[dict[Cell, Sums]] = [{} for _ in wanted]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [list(column) for column in zip(*rows, strict=True)])
            for n, cell, *values in cursor.fetchall():
                found[n][tuple(cell)] = _sums(values)
    return found


def _sums(values: Sequence) -> Sums:
    events, events_before, total, total_before, highest, weighted, stated, last, *unique = values
    there, members, lasts = unique
    zero = Decimal(0)
    return Sums(
        int(events or 0),
        int(events_before or 0),
        total or zero,
        total_before or zero,
        highest,
        weighted or zero,
        stated or zero,
        last,
        there,
        dict(zip(members or (), lasts or (), strict=True)),
    )
