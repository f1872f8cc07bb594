"""The statement that reads sums: roll-up, edges and tail, as of one moment."""

from usage.facts import COLUMNS, KEY_OF_CELL, KEY_OF_MEMBER, MOVE, SUMS

SEPARATOR = "\x1f"
"""Between the keys that a row asks for."""

# `scan` is what must be read of the events themselves: parts of days at the edges of a period, what lies behind the
# watermark (the tail), and everything where no series serves. It goes day by day, since that is how the index finds
# what is behind the watermark without touching what is not; OFFSET 0 keeps the planner from turning this inside out, or from asking other indexes for each day.
_READ = f"""
WITH mark AS MATERIALIZED (
    SELECT COALESCE((SELECT seq FROM usage_usagewatermark), 0) AS seq
),
asked AS MATERIALIZED (
    SELECT given.*, series.id AS series_id,
           COALESCE(series.keys, string_to_array(given.named, '{SEPARATOR}')) AS keys
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
     AND series.keys @> string_to_array(given.named, '{SEPARATOR}')
),
part AS (
    SELECT asked.*, span.*
    FROM asked CROSS JOIN mark CROSS JOIN LATERAL (VALUES
        (start_at, CASE WHEN series_id IS NULL THEN end_at ELSE days_start_at END, 0::bigint, false),
        (days_start_at, CASE WHEN series_id IS NULL THEN days_start_at ELSE days_end_at END,
         mark.seq, true),
        (days_end_at, CASE WHEN series_id IS NULL THEN days_end_at ELSE end_at END, 0, false)
    ) AS span (lower_at, upper_at, after, is_tail)
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
        SELECT at, seq, organization_id AS owner_id, external_subscription_id AS owner, code,
               properties, precise_total_amount_cents
        FROM usage_usageevent event
        WHERE event.source = scan.source
          AND (event.at AT TIME ZONE 'UTC')::date = days.first_day + number
          AND event.seq > scan.after
        OFFSET 0
    ) event
    WHERE event.at >= scan.lower_at AND event.at < scan.upper_at
      AND event.owner_id = scan.organization_id AND event.owner = scan.external_id
      AND event.code = ANY (scan.codes)
),
fact AS (
    SELECT wanted.n, wanted.is_before, wanted.is_tail, wanted.series_id,
           (event.at AT TIME ZONE wanted.zone)::date AS day, {COLUMNS}
    FROM part wanted
    JOIN found event
      ON event.source = wanted.source AND event.code = wanted.code
     AND event.organization_id = wanted.organization_id
     AND event.external_id = wanted.external_id AND event.after = wanted.after
     AND event.lower_at = wanted.lower_at AND event.upper_at = wanted.upper_at
),
sums AS (
    SELECT n, is_before, cell, {SUMS}, NULL::date AS day, NULL::bytea AS added, NULL::bytea AS removed
    FROM fact GROUP BY n, is_before, cell
    UNION ALL
    SELECT n, is_before, day.cell, day.events, day.total, day.highest, day.weighted,
           day.stated_cents, day.last, day.day, day.added, day.removed
    FROM asked
    JOIN usage_usageday day
      ON day.series_id = asked.series_id AND day.day >= asked.first_day AND day.day < asked.end_day
)"""

_SUMMED = """
SELECT n, cell, sum(events) FILTER (WHERE NOT is_before) AS events,
       sum(events) FILTER (WHERE is_before) AS events_before,
       sum(total) FILTER (WHERE NOT is_before) AS total,
       sum(total) FILTER (WHERE is_before) AS total_before,
       max(highest) AS highest, sum(weighted) FILTER (WHERE NOT is_before) AS weighted,
       sum(stated_cents) FILTER (WHERE NOT is_before) AS stated_cents, max(last) AS last,
       array_agg(day ORDER BY day) FILTER (WHERE added IS NOT NULL) AS days,
       array_agg(added ORDER BY day) FILTER (WHERE added IS NOT NULL) AS added,
       array_agg(removed ORDER BY day) FILTER (WHERE added IS NOT NULL) AS removed
FROM sums GROUP BY n, cell"""

_NAMED = "(SELECT keys FROM asked WHERE asked.n = summed.n LIMIT 1)"

SUMS_SQL = f"""{_READ}
SELECT summed.*, {_NAMED}, NULL::date[], NULL::text[], NULL::bool[] FROM ({_SUMMED}) summed
"""
"""Rows of n, cell, the sums, the names of the cell's values, and nothing about members."""

# What happened to members where it is not in the bits of a day, day by day. What the tail tells of a day may be
# earlier than what the day knows, so the later of both counts. A member without a number is told by its hash.
_MOVED = f"""
SELECT n, cell, array_agg(day) AS move_days, array_agg(who) AS who, array_agg(last[3] = 1) AS is_there
FROM (
    SELECT move.n, move.cell, move.day, COALESCE(known.number::text, move.member::text) AS who,
           GREATEST(move.last, rolled.last) AS last
    FROM (
        SELECT n, series_id, cell, day, {KEY_OF_MEMBER} AS member, {KEY_OF_CELL} AS key,
               {MOVE} AS last, bool_or(is_tail) AS is_tail
        FROM fact WHERE member IS NOT NULL
        GROUP BY n, series_id, cell, day, {KEY_OF_MEMBER}
    ) move
    LEFT JOIN usage_usagemember known
      ON known.series_id = move.series_id AND known.key = move.member
    LEFT JOIN usage_usagememberday rolled
      ON move.is_tail AND rolled.series_id = move.series_id AND rolled.day = move.day
     AND rolled.key = move.key AND rolled.number = known.number
) moves GROUP BY n, cell
"""

MEMBERS_SQL = f"""{_READ}
SELECT summed.*, {_NAMED}, moved.move_days, moved.who, moved.is_there
FROM ({_SUMMED}) summed LEFT JOIN ({_MOVED}) moved ON moved.n = summed.n AND moved.cell = summed.cell
"""
"""The same with what happened to members; asked only where a unique count is wanted."""
