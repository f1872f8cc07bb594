"""Record a payment that arrived outside of any provider: a transfer, a cheque, cash."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.errors import Forbidden, Invalid
from invoices.lifecycle import InvoiceStatus
from invoices.models import Invoice
from invoices.models.invoice import InvoiceType
from invoices.operations.locking import lock_invoice
from payments.lifecycle import PaymentState
from payments.models import Payment
from payments.operations import recording
from workflows.pay_invoice import pay_invoice

PAYABLE = (InvoiceStatus.FINALIZED, InvoiceStatus.OPEN)


@transaction.atomic
def record_payment(
    invoice: Invoice,
    *,
    amount_cents: int,
    reference: str,
    paid_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> Payment:
    """Record `amount_cents` minor units for an invoice, of a deleted customer too; return the payment.

    `paid_at` is when the money arrived, `at` if it is not said. Raises Invalid: ``amount_cents``
    (``invalid_value``, ``value_is_out_of_range`` above what is due, ``invalid_amount`` for a part of a
    prepaid credit invoice), ``reference`` (``value_is_mandatory``, ``value_is_too_long``), ``base``
    (``payment_request_is_already_succeeded``); Forbidden for an invoice that is not final or open.
    """
    recording.require_manual(amount_cents, reference)
    invoice = lock_invoice(invoice)
    if invoice.status not in PAYABLE and invoice.invoice_type != InvoiceType.ADVANCE_CHARGES:
        raise Forbidden("invalid_invoice_status", "Only a final invoice can be paid.")
    if invoice.payment_requests.filter(payment_status=PaymentState.SUCCEEDED).exists():
        raise Invalid(
            {"base": ["payment_request_is_already_succeeded"]},
            "A payment request for this invoice has been paid.",
        )
    _require_fitting(invoice, amount_cents)
    payment = recording.record_manual(
        invoice,
        amount_cents=amount_cents,
        reference=reference.strip(),
        paid_at=paid_at or at,
        actor=actor,
        at=at,
    )
    pay_invoice(invoice, amount_cents, actor=actor, at=at)
    return payment


def _require_fitting(invoice: Invoice, amount_cents: int) -> None:
    if amount_cents > invoice.total_due_amount_cents:
        raise Invalid(
            {"amount_cents": ["value_is_out_of_range"]}, "More would be paid than is due."
        )
    is_credit = invoice.invoice_type == InvoiceType.CREDIT
    if is_credit and amount_cents != invoice.total_due_amount_cents:
        raise Invalid(
            {"amount_cents": ["invalid_amount"]}, "Prepaid credits are paid in full or not at all."
        )
