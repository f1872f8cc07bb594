"""Send what a credit note refunds back through the provider that the money came by."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import SYSTEM, Actor
from invoices.lifecycle import InvoiceStatus, RefundStatus
from invoices.models import CreditNote
from invoices.operations.locking import lock_credit_note
from payments.models import Refund
from payments.operations import refunding
from workflows.send_refund import send_refund


def refund_credit_note(note: CreditNote, *, at: datetime, actor: Actor = SYSTEM) -> list[Refund]:
    """Begin the refunds of a final note, ask the providers, store their answers; return the refunds.

    Not one transaction, as with `collect_payment`; called twice, also at once, the money goes back once. Without a
    payment by a provider nothing is asked: somebody says by hand what became of the refund. Works for deleted customers.
    """
    return [send_refund(refund, at=at, actor=actor) for refund in _begin(note, actor=actor, at=at)]


@transaction.atomic
def _begin(note: CreditNote, *, actor: Actor, at: datetime) -> list[Refund]:
    note = lock_credit_note(note)
    if note.status != InvoiceStatus.FINALIZED or note.refund_status != RefundStatus.PENDING:
        return []
    known = list(Refund.objects.filter(credit_note=note).order_by("pk"))
    if known:
        return known
    payments = refunding.refundable_payments(note)
    return refunding.begin_refunds(note, payments, actor=actor, at=at)
