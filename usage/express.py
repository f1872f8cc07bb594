"""Storing events that are as they should be with a single statement, for the short way of the API.

Whatever is not as it should be (an event that was stored before, a metric with an expression) stores nothing
here and is left to `usage.operations`, which knows how to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import connection
from psycopg.errors import UniqueViolation

from organizations.models import Organization
from usage.incoming import IncomingEvent
from usage.storage import document

# Without ON CONFLICT: one event that was there before undoes all of them, and one statement commits by itself.
_SQL = """
INSERT INTO usage_usageevent (id, organization_id, source, at, created_at,
    external_subscription_id, code, transaction_id, properties, precise_total_amount_cents)
SELECT id, %s::uuid, source, at, %s::timestamptz, owner, code, transaction_id, properties, cents
FROM jsonb_to_recordset(%s::jsonb)
     AS given (id uuid, source bigint, at timestamptz, owner text, code text, transaction_id text,
               properties jsonb, cents numeric)
WHERE NOT EXISTS (
    SELECT FROM catalog_billablemetric metric
    WHERE metric.organization_id = %s::uuid AND metric.deleted_at IS NULL
      AND metric.expression IS NOT NULL AND metric.code = ANY (%s::text[])
)
"""


def store_at_once(
    organization: Organization, events: Sequence[IncomingEvent], *, at: datetime
) -> list[UUID] | None:
    """Store all of `events` and return their ids, or store none and return None.

    Call it outside any transaction, for an organization in real time.
    """
    ids = [event.id_in(organization.pk) for event in events]
    given = [
        {
            "id": own_id.hex,
            "source": event.source_in(organization.pk),
            "at": event.at.isoformat(),
            "owner": event.external_subscription_id,
            "code": event.code,
            "transaction_id": event.transaction_id,
            "properties": event.properties,
            "cents": event.precise_total_amount_cents,
        }
        for own_id, event in zip(ids, events, strict=True)
    ]
    codes = list({event.code for event in events})
    own = organization.pk
    count = _run([own, at, document(given), own, codes])
    return ids if count == len(events) else None


def _run(values: Sequence[object]) -> int:
    """Execute the statement as a prepared one; what goes wrong is met again on the long way."""
    connection.ensure_connection()
    try:
        # A cursor of psycopg's own: Django's would plan the statement anew each time.
        with psycopg.Cursor(connection.connection) as cursor:
            return cursor.execute(_SQL, values, prepare=True).rowcount
    except UniqueViolation:
        return 0
    except psycopg.Error:
        connection.close_if_unusable_or_obsolete()
        return 0
