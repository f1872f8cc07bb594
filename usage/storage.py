"""How events reach the table: one statement, and PostgreSQL tells which were there already."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from organizations.models import Organization
from usage.identity import identity
from usage.incoming import IncomingEvent
from usage.models import UsageEvent

_INSERT = """
INSERT INTO usage_usageevent (id, organization_id, source, at, created_at,
    external_subscription_id, code, transaction_id, properties, precise_total_amount_cents)
SELECT id, %s, source, at, %s, owner, code, transaction_id, properties, cents
FROM unnest(%s::uuid[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],
            %s::jsonb[], %s::numeric[])
     AS given (id, source, at, owner, code, transaction_id, properties, cents)
ON CONFLICT (id) DO NOTHING
RETURNING id, seq
"""


def lock_arrivals(organization: Organization) -> None:
    """In a sandbox, let one transaction at a time add events.

    There, what follows from an event is done before the answer, and the cursor of it must not
    overtake an event of another request that has a lower number and is not committed.
    """
    if organization.is_sandbox:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"usage {organization.pk}"],
            )


def store(
    organization: Organization, events: Sequence[IncomingEvent], *, at: datetime
) -> list[UsageEvent]:
    """Store those of `events` that are not there yet and return them (one statement).

    Of several with one identity the first is stored. `at` is when they arrived.
    """
    rows: dict[UUID, IncomingEvent] = {}
    for event in events:
        rows.setdefault(event.id_in(organization.pk), event)
    given = list(rows.values())
    columns: list[list[Any]] = [
        list(rows),
        [event.source_in(organization.pk) for event in given],
        [event.at for event in given],
        [event.external_subscription_id for event in given],
        [event.code for event in given],
        [event.transaction_id for event in given],
        [document(event.properties) for event in given],
        [event.precise_total_amount_cents for event in given],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [organization.pk, at, *columns])
        return [_row(organization, rows[key], key, seq, at) for key, seq in cursor.fetchall()]


def document(properties: Mapping[str, Any]) -> str:
    """Return properties as JSON."""
    return json.dumps(properties, default=_number, separators=(",", ":"))


def _number(value: object) -> int | float | str:
    """Write a decimal as a number if that keeps all its digits, else as the text of one."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not JSON")
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else format(value, "f")


def _row(
    organization: Organization, event: IncomingEvent, key: Any, seq: int, at: datetime
) -> UsageEvent:
    return UsageEvent(
        id=key,
        organization=organization,
        seq=seq,
        source=event.source_in(organization.pk),
        at=event.at,
        created_at=at,
        external_subscription_id=event.external_subscription_id,
        code=event.code,
        transaction_id=event.transaction_id,
        properties=event.properties,
        precise_total_amount_cents=event.precise_total_amount_cents,
    )


_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS usage_stage (id uuid, source bigint, at timestamptz,
    owner text, code text, transaction_id text, properties jsonb, cents numeric) ON COMMIT DROP;
TRUNCATE usage_stage;
"""
_COPY = "COPY usage_stage FROM STDIN"
_FROM_STAGE = """
WITH stored AS (
    INSERT INTO usage_usageevent (id, organization_id, source, at, created_at,
        external_subscription_id, code, transaction_id, properties, precise_total_amount_cents)
    SELECT id, %s, source, at, %s, owner, code, transaction_id, properties, cents
    FROM usage_stage
    ON CONFLICT (id) DO NOTHING
    RETURNING seq
)
SELECT count(*), min(seq) FROM stored
"""
_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_in(
    organization: Organization, events: Sequence[IncomingEvent], *, at: datetime
) -> tuple[int, int | None]:
    """Store many events at once by COPY; return how many were new, and the lowest number they got."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(_COPY) as copy:
            copy.write("".join(_lines(organization, events)))
        cursor.execute(_FROM_STAGE, [organization.pk, at])
        count, first = cursor.fetchone()
    return count, first


def _lines(organization: Organization, events: Sequence[IncomingEvent]) -> Iterator[str]:
    """Write events in PostgreSQL's text format."""
    name = organization.pk.bytes
    sources: dict[str, int] = {}
    for event in events:
        owner = event.external_subscription_id
        source = sources.get(owner)
        if source is None:
            source = sources[owner] = event.source_in(organization.pk)
        key = identity(name, owner, event.transaction_id).hex()
        texts = "\t".join(
            text.translate(_ESCAPES)
            for text in (owner, event.code, event.transaction_id, document(event.properties))
        )
        cents = event.precise_total_amount_cents
        yield f"{key}\t{source}\t{event.at.isoformat()}\t{texts}\t{_NULL if cents is None else cents}\n"
