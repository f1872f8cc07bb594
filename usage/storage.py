"""How events reach the table: one statement, and PostgreSQL tells which were there already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from organizations.models import Organization
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
        [event.document or document(event.properties) for event in given],
        [event.precise_total_amount_cents for event in given],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [organization.pk, at, *columns])
        return [_row(organization, rows[key], key, seq, at) for key, seq in cursor.fetchall()]


def document(properties: Any) -> str:
    """Return properties as JSON."""
    return _JSON.encode(properties)


def _number(value: object) -> int | float | str:
    """Write a decimal as a number if that keeps all its digits, else as the text of one."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not JSON")
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else format(value, "f")


_JSON = json.JSONEncoder(default=_number, separators=(",", ":"))


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
