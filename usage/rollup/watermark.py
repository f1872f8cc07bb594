"""A number of arrival below which nothing can appear any more.

Numbers do not become visible in their order: a transaction may draw 7, another draw 8 and commit first. So the
last number drawn is only a candidate. Every event up to it was numbered by a transaction that already had its
id (the default of `usage_usageevent.seq` sees to that), hence an id below the one that the transaction which
notes the candidate is given afterwards. Once all transactions below that id have ended, the candidate is safe.
"""

from __future__ import annotations

from django.db import connection, transaction

from usage.cursor import last_number
from usage.models import UsageWatermark

_PROMOTE = """
UPDATE usage_usagewatermark
SET safe_seq = GREATEST(safe_seq, candidate_seq), candidate_seq = NULL, candidate_xid = NULL
WHERE candidate_xid <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
"""
# After a restore into another cluster its ids begin anew: a candidate from before would wait for ever.
_NOTE = """
UPDATE usage_usagewatermark
SET candidate_seq = %s, candidate_xid = pg_current_xact_id()::text::bigint
WHERE candidate_seq IS NULL OR candidate_xid > pg_current_xact_id()::text::bigint
"""


def advance_watermark() -> int:
    """Return the highest number that is known to be safe; it grows with each call or two.

    Inside a transaction it does not grow: the id of the transaction that notes a candidate must be given after
    the last number was read.
    """
    if connection.in_atomic_block:
        return UsageWatermark.objects.values_list("safe_seq", flat=True).first() or 0
    if not UsageWatermark.objects.exists():
        UsageWatermark.objects.bulk_create([UsageWatermark()], ignore_conflicts=True)
    _run(_PROMOTE)
    number = last_number()
    _run(_NOTE, number)
    _run(_PROMOTE)
    return UsageWatermark.objects.values_list("safe_seq", flat=True).get()


@transaction.atomic
def _run(sql: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
