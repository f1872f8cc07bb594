"""Let an outcome that a provider tells take effect on a payment and on what it pays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from invoices.lifecycle import PaymentStatus
from invoices.models import Invoice
from invoices.operations import paying
from invoices.operations.locking import lock_customers, lock_invoice
from payments.lifecycle import PaymentState
from payments.models import Payment, PaymentRequest
from payments.operations import collecting
from payments.operations.requests import set_request_status
from payments.providers.protocol import Outcome
from workflows.pay_invoice import follow_payment, pay_invoice
from workflows.pay_request import pay_request


@transaction.atomic
def conclude_payment(payment: Payment, *, outcome: Outcome, actor: Actor, at: datetime) -> Payment:
    """Store the outcome and return the payment; an outcome that is no news changes nothing.

    Succeeded: the invoice (or each invoice of the request) is paid. Failed: it may be tried again. Processing: its
    customer or a bank has to act. Pending: the amount is too small for the provider; nothing has failed.
    """
    lock_customers({payment.customer_id})
    payment = Payment.objects.select_related("customer").locked().get(pk=payment.pk)
    if not collecting.store_outcome(payment, outcome, actor=actor, at=at):
        _release(payment, at=at)
        return payment
    if payment.status == PaymentState.SUCCEEDED:
        left = _pay(payment, actor=actor, at=at)
        if left:
            after = {"unapplied_cents": left, "currency": payment.currency}
            journal.record(payment, "payment.exceeded_due", actor=actor, at=at, after=after)
    elif payment.invoice_id:
        _tell_invoice(payment, actor=actor, at=at)
    else:
        _tell_request(payment, actor=actor, at=at)
    return payment


def _release(payment: Payment, *, at: datetime) -> None:
    """Let an invoice whose amount is too small for the provider be tried again by hand."""
    if payment.status == PaymentState.PENDING and payment.invoice_id:
        invoice = _invoice(payment)
        collecting.set_ready(invoice, True, at=at)


def _pay(payment: Payment, *, actor: Actor, at: datetime) -> int:
    """Pay with it what is still due, and return the rest: something else may have paid meanwhile."""
    if payment.payment_request_id:
        request = PaymentRequest.objects.get(pk=payment.payment_request_id)
        return pay_request(request, payment.amount_cents, actor=actor, at=at)[1]
    invoice = _invoice(payment)
    share: int = min(payment.amount_cents, invoice.total_due_amount_cents)
    if share > 0:
        pay_invoice(invoice, share, actor=actor, at=at)
    rest: int = payment.amount_cents - share
    return rest


def _invoice(payment: Payment) -> Invoice:
    assert payment.invoice_id is not None
    return lock_invoice(Invoice.objects.get(pk=payment.invoice_id))


def _tell_invoice(payment: Payment, *, actor: Actor, at: datetime) -> None:
    invoice = _invoice(payment)
    has_failed = payment.status == PaymentState.FAILED
    if invoice.payment_status != PaymentStatus.SUCCEEDED:
        status = PaymentStatus.FAILED if has_failed else PaymentStatus.PENDING
        invoice = paying.set_payment_status(invoice, status, actor=actor, at=at)
        follow_payment(invoice, actor=actor, at=at)
        collecting.set_ready(invoice, has_failed, at=at)
    if has_failed:
        journal.announce(invoice, "invoice.payment_failure", at=at, payload=_failure(payment))


def _tell_request(payment: Payment, *, actor: Actor, at: datetime) -> None:
    rows = PaymentRequest.objects.filter(payments=payment)
    request = rows.locked().get()
    if payment.status == PaymentState.FAILED and request.payment_status != PaymentState.SUCCEEDED:
        request = set_request_status(request, PaymentState.FAILED, actor=actor, at=at)
        journal.announce(
            request, "payment_request.payment_failure", at=at, payload=_failure(payment)
        )


def _failure(payment: Payment) -> dict[str, object]:
    return {
        "lago_payment_id": str(payment.pk),
        "provider_customer_id": None,
        "provider_error": {
            "error_code": payment.error_code,
            "message": payment.error_message,
            "status": payment.provider_status,
        },
    }
