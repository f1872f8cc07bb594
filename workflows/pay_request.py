"""Count money for a payment request: each of its invoices is paid what is due on it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from invoices.models import Invoice
from invoices.operations.locking import lock_customers
from payments.lifecycle import PaymentState
from payments.models import PaymentRequest
from payments.operations.requests import set_request_status
from workflows.pay_invoice import pay_invoice


@transaction.atomic
def pay_request(
    request: PaymentRequest, cents: int, *, actor: Actor, at: datetime
) -> tuple[PaymentRequest, int]:
    """Share `cents` out among the request's invoices, the oldest first; return it and what is left over.

    Nothing is left over unless an invoice has been paid, voided or credited meanwhile.
    """
    lock_customers({request.customer_id})
    request = PaymentRequest.objects.locked().get(pk=request.pk)
    rows = Invoice.objects.filter(payment_requests=request).select_related("customer__organization")
    for invoice in sorted(rows.locked(), key=lambda row: (row.payment_due_date, row.pk)):
        share = min(cents, invoice.total_due_amount_cents)
        if share > 0:
            pay_invoice(invoice, share, actor=actor, at=at)
            cents -= share
    request = set_request_status(request, PaymentState.SUCCEEDED, actor=actor, at=at)
    return request, cents
