"""P4: current usage of a subscription with two million events, against the usual SQL over raw events."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from billing.aggregation import ChargePeriod
from billing_admin.benchmarks.fixtures import METRICS, REGIONS, organization, subscribed
from billing_admin.benchmarks.measuring import Say, execute, median_ms, seconds, times_ms, verdict
from subscriptions.models import Subscription
from usage.aggregation import UsageRequest, aggregate
from usage.identity import source_of
from usage.rollup import catch_up

HOT, NORMAL, NORMALS = 2_000_000, 5_000, 600
START = datetime(2024, 1, 1, tzinfo=UTC)
END = START + timedelta(days=31)
# The codes follow one another; of each, the other properties vary so that every filter and group is met.
_FILL = """
INSERT INTO usage_usageevent (id, organization_id, source, at, created_at, external_subscription_id,
                              code, transaction_id, properties)
SELECT md5(%s || n)::uuid, %s, %s, at, at, %s, (%s::text[])[(1 + n %% 6)::int], 't' || n,
       jsonb_build_object('size', (n * 7919 %% 100000) / 100.0, 'region', 'r' || n / 6 %% 8,
                          'cloud', 'c' || n / 6 %% 5, 'user', 'u' || n / 6 %% 1000)
FROM generate_series(0::bigint, %s - 1) AS n,
     LATERAL (SELECT %s::timestamptz + n * (interval '31 days' / %s) AS at) moment
"""
# The usual way, restated and frozen: every figure by a query of its own that reads the rows and their JSON.
_ROWS = """
FROM raw_event WHERE organization_id = %(organization)s AND external_subscription_id = %(external)s
 AND code = %(code)s AND at >= %(start)s AND at < %(end)s
"""
_VALUE = "(properties ->> 'size')::numeric"
_NUMERIC = " AND properties ->> 'size' ~ '^-?\\d+(\\.\\d+)?$'"
_PARTS = [
    *(f"properties ->> 'region' IN ('{region}')" for region in REGIONS),
    "NOT (" + " OR ".join(f"properties ->> 'region' IN ('{each}')" for each in REGIONS) + ")",
]
_FIGURES = {
    "calls": [f"SELECT count(*) {_ROWS}"],
    "bytes": [
        f"SELECT {figure} {_ROWS}{_NUMERIC} AND {part}"
        for part in _PARTS
        for figure in (f"sum({_VALUE})", "count(*)")
    ],
    "tokens": [
        f"SELECT properties ->> 'cloud', {figure} {_ROWS}{_NUMERIC} GROUP BY 1"
        for figure in (f"sum({_VALUE})", "count(*)")
    ],
    "peak": [f"SELECT {figure} {_ROWS}{_NUMERIC}" for figure in (f"max({_VALUE})", "count(*)")],
    "users": [
        f"""
        SELECT sum(change) FROM (
            SELECT CASE WHEN kind = 'add' AND lag(kind, 1, 'remove') OVER own = 'remove' THEN 1
                        WHEN kind = 'remove' AND lag(kind, 1, 'remove') OVER own = 'add' THEN -1
                        ELSE 0 END AS change
            FROM (SELECT properties ->> 'user' AS value, at,
                         COALESCE(properties ->> 'operation_type', 'add') AS kind {_ROWS}) event
            WINDOW own AS (PARTITION BY value ORDER BY at)
        ) changes"""
    ],
    "level": [
        f"""
        SELECT sum(level * seconds) / (31 * 86400) FROM (
            SELECT sum(value) OVER (ORDER BY at, id) AS level,
                   extract(epoch FROM lead(at, 1, %(end)s) OVER (ORDER BY at, id) - at) AS seconds
            FROM (SELECT {_VALUE} AS value, at, id {_ROWS}{_NUMERIC}) event
        ) levels""",
        f"SELECT count(*) {_ROWS}{_NUMERIC}",
    ],
}


def run(say: Say, *, scale: float = 1.0) -> bool:
    """Fill a database, read usage both ways and compare; answer whether the bars are reached."""
    hot, normal = subscribed(organization().organization, ["hot", "normal"])
    _fill(hot, int(HOT * scale))
    others = int(NORMALS * scale)
    for number in range(others):
        _fill(normal, NORMAL, external_id=None if number == 0 else f"other {number}")
    execute(
        "CREATE TABLE raw_event AS SELECT id, organization_id, external_subscription_id, code, at, properties"
        " FROM usage_usageevent"
    )
    execute("CREATE INDEX ON raw_event (external_subscription_id, organization_id, code, at)")
    say(f"rolling up took {seconds(_roll_all):.1f} s")
    for table in ("usage_usageevent", "usage_usageday", "usage_usageseries", "raw_event"):
        execute(f"VACUUM ANALYZE {table}")
    prefetch_related_objects([hot, normal], "plan__charges__billable_metric")
    results = [
        _compare(say, "hot", hot, bar=1000, stretch=1700, baseline_rounds=3),
        _compare(say, "normal", normal, bar=20, stretch=35, baseline_rounds=9),
    ]
    _tails(say, hot)
    return all(results)


def _roll_all() -> None:
    last = execute("SELECT max(seq) FROM usage_usageevent")[0][0]
    while catch_up() < last:
        pass


def _compare(
    say: Say, name: str, subscription: Subscription, *, bar: int, stretch: int, baseline_rounds: int
) -> bool:
    usual = median_ms(lambda: _usual(subscription), rounds=baseline_rounds, warm_up=1)
    ours = times_ms(lambda: _ours(subscription), rounds=101)
    statement = statistics.median(ours)
    say(
        f"{name}: usual SQL {usual:,.1f} ms, ours {statement:.2f} ms (p95 {sorted(ours)[95]:.2f} ms)"
    )
    say(verdict(f"{name}, times faster", usual / statement, bar, stretch))
    return usual / statement >= bar


def _usual(subscription: Subscription) -> list[tuple[Any, ...]]:
    found = []
    for code, queries in _FIGURES.items():
        values = {
            "organization": subscription.organization_id,
            "external": subscription.external_id,
            "code": code,
            "start": START,
            "end": END,
        }
        for sql in queries:
            found += execute(sql, values)
    return found


def _ours(subscription: Subscription) -> None:
    charges = list(subscription.plan.charges.all())  # read once, like the rest of the catalog
    period = ChargePeriod(START, END, 31, ZoneInfo("UTC"))
    aggregate([UsageRequest(subscription, charge, period) for charge in charges])


def _tails(say: Say, subscription: Subscription) -> None:
    total = 0
    for size in (1_000, 10_000):
        _fill(subscription, size, prefix=f"tail {size}")
        total += size
        say(
            f"hot with {total:,} events behind the roll-up: {median_ms(lambda: _ours(subscription)):.2f} ms"
        )


def _fill(
    subscription: Subscription, count: int, *, external_id: str | None = None, prefix: str = ""
) -> None:
    organization_id, external_id = (
        subscription.organization_id,
        external_id or subscription.external_id,
    )
    values = [f"{external_id} {prefix}", organization_id, source_of(organization_id, external_id)]
    execute(_FILL, [*values, external_id, list(METRICS), count, START, count])
