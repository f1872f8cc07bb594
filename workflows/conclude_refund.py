"""Let an outcome that a provider tells take effect on a refund and on its credit note."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from invoices.lifecycle import RefundStatus
from invoices.models import CreditNote
from invoices.operations.credit_notes import set_refund_status
from invoices.operations.locking import lock_credit_note
from payments.lifecycle import RefundState
from payments.models import Refund
from payments.operations import refunding
from payments.providers.protocol import Outcome


@transaction.atomic
def conclude_refund(refund: Refund, *, outcome: Outcome, actor: Actor, at: datetime) -> Refund:
    """Store the outcome and return the refund; an outcome that is no news changes nothing.

    The credit note's refund has succeeded when all of it has arrived, and failed when a part has.
    """
    note = lock_credit_note(CreditNote.objects.get(pk=refund.credit_note_id))
    refund = Refund.objects.select_related("payment").locked().get(pk=refund.pk)
    if not refunding.store_outcome(refund, outcome, actor=actor, at=at):
        return refund
    if refund.status == RefundState.FAILED:
        set_refund_status(note, RefundStatus.FAILED, actor=actor, at=at)
        journal.announce(
            note, "credit_note.provider_refund_failure", at=at, payload=_failure(refund)
        )
    elif refunding.is_wholly_refunded(note):
        set_refund_status(note, RefundStatus.SUCCEEDED, actor=actor, at=at)
    return refund


def _failure(refund: Refund) -> dict[str, object]:
    return {
        "lago_refund_id": str(refund.pk),
        "provider_error": {"error_code": refund.error_code, "message": refund.error_message},
    }
