"""Do to each invoice of a batch what was confirmed: each by itself, and only as it was shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import transaction

from activity.actors import Actor
from billing.errors import DomainError, NotAllowed
from invoices.models import Invoice, InvoiceBatch, InvoiceBatchRow
from invoices.models.batch import BatchAction, RowState
from invoices.operations import batches
from workflows.finalize_invoice import finalize_invoice
from workflows.record_payment import record_payment
from workflows.retry_payment import retry_payment
from workflows.void_invoice import void_invoice

Send = Callable[..., object]
"""Sends an invoice by e-mail: ``send(invoice, actor=…, at=…)``."""

log = structlog.get_logger(__name__)


def run_invoice_batch(batch: InvoiceBatch, *, send: Send, at: datetime, most: int) -> bool:
    """Carry out at most `most` rows that wait, and say whether the batch is finished.

    Not atomic as a whole: each row is, with what is noted of it. May run twice at once and be killed at any moment.
    """
    for _ in range(most):
        if not _run_next(batch, send=send, at=at):
            break
    return batches.finish_if_done(batch, at=at)


@transaction.atomic
def _run_next(batch: InvoiceBatch, *, send: Send, at: datetime) -> bool:
    row = batches.take_next(batch)
    if row is None:
        return False
    try:
        with transaction.atomic():
            _carry_out(row, batch, send=send, at=at)
    except DomainError as error:
        state = RowState.LEFT_OUT if error.code == "changed_since_shown" else RowState.FAILED
        batches.conclude(row, state=state, words=str(error.message), at=at)
    except Exception:
        # A fault in one invoice must not hold up the others, nor be tried for ever; the log has what it was.
        log.exception("row of a batch failed", batch=str(batch.pk), invoice=str(row.invoice_id))
        words = "This failed for a reason that support must look into."
        batches.conclude(row, state=RowState.FAILED, words=words, at=at)
    else:
        batches.conclude(row, state=RowState.DONE, at=at)
    return True


def _carry_out(row: InvoiceBatchRow, batch: InvoiceBatch, *, send: Send, at: datetime) -> None:
    """Do it; raises NotAllowed ``changed_since_shown`` if it would do anything else than was shown."""
    operator = batch.operator
    actor = Actor("operator", str(operator.pk), str(operator), "console", str(batch.pk))
    invoice = row.invoice
    _require_as_shown(row, invoice)
    if batch.action == BatchAction.FINALIZE:
        final = finalize_invoice(invoice, actor=actor, at=at)
        if final.total_amount_cents != row.shown_total_cents:
            raise NotAllowed("changed_since_shown", "Its amount has changed since this was shown.")
    elif batch.action == BatchAction.PAY:
        record_payment(
            invoice,
            amount_cents=row.shown_due_cents,
            reference=batch.reference,
            paid_at=None,
            actor=actor,
            at=at,
        )
    elif batch.action == BatchAction.COLLECT:
        retry_payment(invoice, actor=actor, at=at)
    elif batch.action == BatchAction.VOID:
        void_invoice(invoice, actor=actor, at=at)
    else:
        send(invoice, actor=actor, at=at)


def _require_as_shown(row: InvoiceBatchRow, invoice: Invoice) -> None:
    now = (invoice.status, invoice.total_amount_cents, invoice.total_due_amount_cents)
    if now != (row.shown_status, row.shown_total_cents, row.shown_due_cents):
        raise NotAllowed("changed_since_shown", "It has changed since this was shown.")
