"""Change what may be changed of a credit note: what became of its refund, and its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from invoices.models import CreditNote
from invoices.operations.credit_notes import set_metadata, set_refund_status


@transaction.atomic
def update_credit_note(
    note: CreditNote, *, given: Mapping[str, Any], actor: Actor, at: datetime
) -> CreditNote:
    """Set `refund_status` and `metadata` as far as `given` names them and return the note. Raises Invalid."""
    if given.get("refund_status") is not None:
        note = set_refund_status(note, given["refund_status"], actor=actor, at=at)
    if "metadata" in given:
        note = set_metadata(note, given["metadata"] or {}, actor=actor, at=at)
    return note
