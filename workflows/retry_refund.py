"""Have what a credit note refunds tried again, after a provider could or would not do it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotAllowed
from invoices.lifecycle import InvoiceStatus, RefundStatus
from invoices.models import CreditNote
from invoices.operations.credit_notes import set_refund_status
from invoices.operations.locking import lock_credit_note
from payments.lifecycle import RefundState
from payments.models import Refund
from payments.operations import refunding


@transaction.atomic
def retry_refund(note: CreditNote, *, actor: Actor, at: datetime) -> CreditNote:
    """Put the note's failed refunds before their providers again, after the commit; return the note.

    Works for deleted customers. Raises NotAllowed ``invalid_status`` unless a provider's refund of the note has failed,
    Invalid when another note has refunded the money meanwhile, and what `refunding.begin_again` raises.
    """
    note = lock_credit_note(note)
    refunds = list(
        Refund.objects.filter(credit_note=note, status=RefundState.FAILED).locked().order_by("pk")
    )
    if note.refund_status != RefundStatus.FAILED or not refunds:
        raise NotAllowed("invalid_status", "Only a refund that failed at a provider is retried.")
    _require_left(note)
    for refund in refunds:
        refunding.begin_again(refund, actor=actor, at=at)
    note = set_refund_status(note, RefundStatus.PENDING, actor=actor, at=at)
    journal.record(note, "credit_note.refund_retried", actor=actor, at=at)
    journal.announce(note, "credit_note.refund", at=at, topic="refund")
    return note


def _require_left(note: CreditNote) -> None:
    """Raise Invalid if notes whose refund has not failed have given the money back meanwhile."""
    others = CreditNote.objects.filter(
        invoice_id=note.invoice_id, status=InvoiceStatus.FINALIZED
    ).exclude(refund_status=None)
    gone = sum(
        row.refund_amount_cents for row in others if row.refund_status != RefundStatus.FAILED
    )
    if gone + note.refund_amount_cents > note.invoice.total_paid_amount_cents:
        raise Invalid(
            {"refund_amount_cents": ["higher_than_remaining_invoice_amount"]},
            "Another credit note has refunded the money meanwhile.",
        )
