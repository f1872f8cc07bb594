"""Say by hand what became of an invoice's payment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.errors import Invalid, NotAllowed
from invoices.lifecycle import InvoiceStatus, PaymentStatus
from invoices.models import Invoice
from invoices.operations import paying
from invoices.operations.locking import lock_invoice
from workflows.pay_invoice import follow_payment

SETTABLE = (PaymentStatus.PENDING, PaymentStatus.SUCCEEDED, PaymentStatus.FAILED)


@transaction.atomic
def update_invoice_payment(
    invoice: Invoice, *, payment_status: str, actor: Actor, at: datetime
) -> Invoice:
    """Set the payment status (pending, succeeded, failed) without recording money; return the invoice.

    Purchased credits arrive or fail with it. Raises Invalid ``payment_status: invalid_payment_status``,
    NotAllowed ``payment_status_update_on_draft_invoice`` or ``update_on_voided_invoice``.
    """
    if payment_status not in SETTABLE:
        raise Invalid(
            {"payment_status": ["invalid_payment_status"]},
            "A payment is pending, succeeded or failed.",
        )
    invoice = lock_invoice(invoice)
    if invoice.status == InvoiceStatus.VOIDED:
        raise NotAllowed("update_on_voided_invoice", "A voided invoice does not change.")
    if invoice.is_draft:
        raise NotAllowed(
            "payment_status_update_on_draft_invoice", "A draft invoice cannot be paid yet."
        )
    status = PaymentStatus(payment_status)
    invoice = paying.set_payment_status(invoice, status, actor=actor, at=at)
    return follow_payment(invoice, actor=actor, at=at)
