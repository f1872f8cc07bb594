"""P1 and P2: events over HTTP, durable and deduplicated at the answer, against a view that uses the ORM."""

from __future__ import annotations

import json
from collections.abc import Iterator

from billing_admin.benchmarks.fixtures import organization, subscribed
from billing_admin.benchmarks.measuring import Say, execute, verdict
from billing_admin.benchmarks.serving import ask_all, request_of, served

TABLE = """
CREATE TABLE usual_event (
    id uuid PRIMARY KEY, organization_id uuid NOT NULL, external_subscription_id varchar(255) NOT NULL,
    transaction_id varchar(255) NOT NULL, code varchar(255) NOT NULL, at timestamptz NOT NULL,
    properties jsonb NOT NULL, UNIQUE (organization_id, external_subscription_id, transaction_id))
"""
"""The table of the usual view."""

OURS, USUAL = "billing_admin.wsgi:application", "billing_admin.benchmarks.usual_view:application"
ROUNDS = 3


def batches(say: Say, *, scale: float = 1.0) -> bool:
    """Send batches of 100."""
    return _measure(
        say, size=100, requests=int(600 * scale), connections=8, bars=(2, 8), least=25_000
    )


def singles(say: Say, *, scale: float = 1.0) -> bool:
    """Send events one by one."""
    return _measure(
        say, size=1, requests=int(6000 * scale), connections=32, bars=(4, 15), least=2_500
    )


def _measure(
    say: Say, *, size: int, requests: int, connections: int, bars: tuple[int, int], least: int
) -> bool:
    new = organization()
    subscribed(new.organization, ["sub"])
    execute(TABLE)
    best: dict[str, float] = {}
    for entry in (USUAL, OURS):
        with served(entry) as port:
            ask_all(port, list(_requests(new.secret, 50, size, f"warm {entry}")), connections=4)
            for number in range(ROUNDS):
                asked = list(_requests(new.secret, requests, size, f"{entry} {number}"))
                speed = requests * size / ask_all(port, asked, connections=connections)
                best[entry] = max(best.get(entry, 0), speed)
    sent = ROUNDS * requests * size + 50 * size
    stored = execute("SELECT count(*) FROM usage_usageevent")[0][0]
    say(f"usual view {best[USUAL]:,.0f} events/s, ours {best[OURS]:,.0f} events/s")
    say(f"{stored:,} of {sent:,} acknowledged events are stored")
    ratio = best[OURS] / best[USUAL]
    say(verdict("times faster", ratio, *bars))
    say(
        f"absolute figure on this machine: {best[OURS]:,.0f}/s (bar {least:,}/s where nothing else runs)"
    )
    return ratio >= bars[0] and stored == sent


def _requests(key: str, count: int, size: int, name: str) -> Iterator[bytes]:
    for number in range(count):
        events = [
            {
                "transaction_id": f"{name} {number} {each}",
                "code": "bytes",
                "external_subscription_id": "sub",
                "timestamp": 1704067200 + number,
                "properties": {"size": each * 1.5, "region": "r1"},
            }
            for each in range(size)
        ]
        if size == 1:
            yield request_of("/api/v1/events", json.dumps({"event": events[0]}).encode(), key)
        else:
            yield request_of("/api/v1/events/batch", json.dumps({"events": events}).encode(), key)
