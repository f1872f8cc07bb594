"""P3: importing a file, with validation and report, against COPY into a table with one unique index."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from unittest.mock import patch

from django.db import connection

from activity.actors import COMMAND
from billing_admin.benchmarks.fixtures import AT, organization
from billing_admin.benchmarks.measuring import Say, execute, seconds, verdict
from usage.files import read_events
from workflows.import_usage import import_usage

EVENTS = 400_000
BAR, STRETCH = 0.25, 0.5

_BARE = """
CREATE TABLE bare_event (id uuid PRIMARY KEY, organization_id uuid, source bigint, at timestamptz,
    created_at timestamptz, owner text, code text, transaction_id text, properties jsonb)
"""


def run(say: Say, *, scale: float = 1.0) -> bool:
    """Import a file and COPY as many rows; answer whether the bar is reached."""
    count = int(EVENTS * scale)
    owner = organization().organization
    lines = list(_lines(count))
    execute(_BARE)
    data = _written(count)
    bare = count / seconds(lambda: _copy(data))
    reading = count / seconds(lambda: sum(1 for _ in read_events(lines)))
    # Rolling up what was imported is the worker's time.
    with patch("workflows.import_usage.catch_up"):
        stored = seconds(lambda: import_usage(owner, read_events(lines), at=AT, actor=COMMAND))
        again = seconds(lambda: import_usage(owner, read_events(lines), at=AT, actor=COMMAND))
    ours = count / stored
    say(f"COPY with a unique index {bare:,.0f} rows/s; reading and checking lines {reading:,.0f}/s")
    say(f"import {ours:,.0f} events/s, the same file again {count / again:,.0f} events/s")
    say(verdict("import, share of COPY", ours / bare, BAR, STRETCH))
    return ours / bare >= BAR


def _lines(count: int) -> Iterator[str]:
    yield "transaction_id,external_subscription_id,code,timestamp,properties\n"
    for n in range(count):
        size = f'{{""size"": {n % 1000}.5, ""region"": ""r{n % 8}""}}'
        yield f't{n},subscription {n % 500},calls,{1704067200 + n}.25,"{size}"\n'


def _written(count: int) -> str:
    """Return rows in PostgreSQL's text format."""
    name = uuid.UUID(int=1).hex
    return "".join(
        f"{uuid.uuid4().hex}\t{name}\t{n % 500}\t2024-01-01\t2024-01-01\tsubscription {n % 500}\tcalls"
        f"\tt{n}\t{json.dumps({'size': n % 1000 + 0.5, 'region': f'r{n % 8}'})}\n"
        for n in range(count)
    )


def _copy(data: str) -> None:
    with connection.cursor() as cursor, cursor.copy("COPY bare_event FROM STDIN") as copy:
        copy.write(data)
