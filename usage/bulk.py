"""How many events reach the table at once: by COPY."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from organizations.models import Organization
from usage.cursor import last_number
from usage.identity import identity
from usage.incoming import IncomingEvent
from usage.storage import document

_COLUMNS = (
    "id, organization_id, source, at, created_at, external_subscription_id, code, transaction_id,"
    " properties, precise_total_amount_cents"
)
_COPY = f"COPY usage_usageevent ({_COLUMNS}) FROM STDIN"
_STAGE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS usage_stage ON COMMIT DROP
    AS SELECT {_COLUMNS} FROM usage_usageevent WITH NO DATA;
TRUNCATE usage_stage;
"""
_COPY_STAGE = f"COPY usage_stage ({_COLUMNS}) FROM STDIN"
_FROM_STAGE = f"""
INSERT INTO usage_usageevent ({_COLUMNS}) SELECT {_COLUMNS} FROM usage_stage ON CONFLICT (id) DO NOTHING
"""
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


def copy_in(
    organization: Organization,
    events: Sequence[IncomingEvent],
    *,
    at: datetime,
    expects_new: bool,
) -> tuple[int, int]:
    """Store many events at once; return how many were new, and a number below those that they got.

    Where all of them are expected to be new they go straight into the table, which is twice as fast; if one was
    there after all, nothing has happened and they go through a stage that leaves those out.
    """
    lines = "\n".join(_lines(organization, events, at=at))
    before = last_number()
    if expects_new and _copied(lines):
        return len(events), before
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(_COPY_STAGE) as copy:
            copy.write(lines)
        cursor.execute(_FROM_STAGE)
        return cursor.rowcount, before


def _copied(lines: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(lines)
    except (
        UniqueViolation
    ):  # as psycopg raises it: Django wraps what it executes, not what is copied
        return False
    return True


def _lines(
    organization: Organization, events: Sequence[IncomingEvent], *, at: datetime
) -> Iterator[str]:
    """Write events in PostgreSQL's text format."""
    name, owner_id, arrived_at = organization.pk.bytes, organization.pk.hex, at.isoformat()
    sources: dict[str, str] = {}
    for event in events:
        owner = event.external_subscription_id
        source = sources.get(owner)
        if source is None:
            source = sources[owner] = str(event.source_in(organization.pk))
        key = identity(name, owner, event.transaction_id).hex()
        properties = event.document or document(event.properties)
        texts = (owner, event.code, event.transaction_id, properties)
        if _SPECIAL.search("".join(texts)):
            texts = (
                owner.translate(_ESCAPES),
                event.code.translate(_ESCAPES),
                event.transaction_id.translate(_ESCAPES),
                properties.translate(_ESCAPES),
            )
        cents = event.precise_total_amount_cents
        shown = _NULL if cents is None else str(cents)
        moment = event.at.isoformat()
        yield "\t".join((key, owner_id, source, moment, arrived_at, *texts, shown))
