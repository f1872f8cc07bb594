"""The SQL that turns an event into what is summed up, shared by the roll-up and by reads.

Every piece reads an event `event` and a `wanted` row that has aggregation_type, field_name and keys (a text[]).
"""

# As billing.aggregation.values.number; a text of more than a thousand digits is no number.
_VALUE = "(event.properties ->> wanted.field_name)"
NUMBER = f"""
CASE WHEN wanted.aggregation_type NOT IN ('count_agg', 'unique_count_agg')
      AND {_VALUE} ~ '^-?[0-9]+([.][0-9]+)?$' AND length({_VALUE}) <= 1000
     THEN {_VALUE}::numeric END
"""
CELL = """
CASE cardinality(wanted.keys)
     WHEN 0 THEN '{}'::text[]
     WHEN 1 THEN ARRAY[event.properties ->> wanted.keys[1]]
     WHEN 2 THEN ARRAY[event.properties ->> wanted.keys[1], event.properties ->> wanted.keys[2]]
     ELSE ARRAY(SELECT event.properties ->> key
                FROM unnest(wanted.keys) WITH ORDINALITY AS named (key, place) ORDER BY place)
END
"""
MEMBER = f"CASE WHEN wanted.aggregation_type = 'unique_count_agg' THEN {_VALUE} END"
IS_THERE = "((event.properties ->> 'operation_type') IS DISTINCT FROM 'remove')::int::numeric"
MICROSECONDS = "(extract(epoch FROM event.at) * 1000000)::bigint"

COLUMNS = f"""
{CELL} AS cell, {MEMBER} AS member, {NUMBER} AS number, {MICROSECONDS} AS microseconds,
event.seq AS seq, event.precise_total_amount_cents AS stated_cents,
wanted.aggregation_type AS aggregation_type,
CASE WHEN wanted.aggregation_type = 'unique_count_agg' THEN {IS_THERE} END AS is_there
"""
"""What is needed of an event."""

IS_COUNTED = "(number IS NOT NULL OR aggregation_type IN ('count_agg', 'unique_count_agg'))"

SUMS = f"""
count(*) FILTER (WHERE {IS_COUNTED}) AS events,
sum(number) FILTER (WHERE aggregation_type IN ('sum_agg', 'weighted_sum_agg')) AS total,
max(number) FILTER (WHERE aggregation_type = 'max_agg') AS highest,
sum(number * microseconds) FILTER (WHERE aggregation_type = 'weighted_sum_agg') AS weighted,
sum(stated_cents) FILTER (WHERE {IS_COUNTED}) AS stated_cents,
max(ARRAY[microseconds, seq, number])
    FILTER (WHERE aggregation_type = 'latest_agg' AND number IS NOT NULL) AS last
"""
"""What some of those amount to; `last` is moment, number and value of the last one."""

MOVE = "max(ARRAY[microseconds, seq, is_there])"
"""The last that happened to a member: moment, number, and 1 if it was added or 0 if it was removed."""

KEY_OF_CELL = "md5(cell::text)::uuid"
KEY_OF_MEMBER = "md5(member)::uuid"
