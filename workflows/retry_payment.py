"""Send an invoice to collection again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import NotAllowed
from invoices.lifecycle import InvoiceStatus, PaymentStatus
from invoices.models import Invoice
from invoices.operations.locking import lock_invoice


@transaction.atomic
def retry_payment(invoice: Invoice, *, actor: Actor, at: datetime) -> Invoice:
    """Put the invoice before its customer's provider again, after the commit; return it.

    Without a provider nothing follows. Raises NotAllowed ``invalid_status`` for a draft, a voided or a paid
    invoice, ``payment_processor_is_currently_handling_payment`` while a payment is under way.
    """
    invoice = lock_invoice(invoice)
    is_paid = invoice.payment_status == PaymentStatus.SUCCEEDED
    if invoice.status not in (InvoiceStatus.FINALIZED, InvoiceStatus.OPEN) or is_paid:
        raise NotAllowed("invalid_status", "Only a final invoice that is not paid is collected.")
    if not invoice.ready_for_payment_processing:
        raise NotAllowed(
            "payment_processor_is_currently_handling_payment", "A payment is under way."
        )
    journal.record(invoice, "invoice.payment_retried", actor=actor, at=at)
    journal.announce(invoice, "invoice.payment", at=at, topic="payment")
    return invoice
