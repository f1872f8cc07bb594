"""Reading events one by one, for what a roll-up cannot tell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from billing.aggregation import Event
from usage.identity import source_of

_SQL = """
SELECT asked.n, event.code, event.at, event.seq, event.transaction_id, event.properties,
       event.precise_total_amount_cents
FROM unnest(%s::int[], %s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[],
            %s::timestamptz[])
     AS asked (n, source, organization_id, external_id, code, start_at, end_at)
CROSS JOIN LATERAL (
    SELECT * FROM usage_usageevent event
    WHERE event.source = asked.source
      AND (event.at AT TIME ZONE 'UTC')::date
          BETWEEN (COALESCE(asked.start_at, '-infinity') AT TIME ZONE 'UTC')::date
          AND (asked.end_at AT TIME ZONE 'UTC')::date
      AND event.at >= COALESCE(asked.start_at, '-infinity') AND event.at < asked.end_at
      AND event.code = asked.code
      AND event.organization_id = asked.organization_id
      AND event.external_subscription_id = asked.external_id
    OFFSET 0
) event
ORDER BY asked.n, event.at, event.seq
"""


@dataclass(frozen=True, slots=True)
class Span:
    """The events of a code and an external subscription id in ``[start_at, end_at)``.

    Without a start: all before the end.
    """

    organization_id: UUID
    external_id: str
    code: str
    start_at: datetime | None
    end_at: datetime

    @property
    def source(self) -> int:
        """The number that stands for organization and external subscription id."""
        return source_of(self.organization_id, self.external_id)


def events_in(spans: Sequence[Span]) -> list[list[Event]]:
    """Return the events of each span, in their order (one query)."""
    found: list[list[Event]] = [[] for _ in spans]
    if not spans:
        return found
    columns: list[Any] = [
        list(range(len(spans))),
        [span.source for span in spans],
        [span.organization_id for span in spans],
        [span.external_id for span in spans],
        [span.code for span in spans],
        [span.start_at for span in spans],
        [span.end_at for span in spans],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SQL, columns)
        for n, code, at, seq, transaction_id, properties, cents in cursor:
            known = json.loads(properties, parse_float=Decimal)
            found[n].append(Event(at, known, transaction_id, seq, cents, code))
    return found
