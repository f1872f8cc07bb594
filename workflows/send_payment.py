"""Ask the provider for a payment that has been begun, and store what it says."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import SYSTEM, Actor
from payments.lifecycle import PaymentState
from payments.models import CustomerProvider, Payment, PaymentProvider
from payments.operations import collecting
from payments.providers import Order, Outcome, Rejected, Unreachable, connect
from workflows.conclude_payment import conclude_payment


def send_payment(payment: Payment, *, at: datetime, actor: Actor = SYSTEM) -> Payment:
    """Ask the provider, outside of any transaction, under the payment's own key; return the payment.

    No answer: it stays pending and is asked for again later, after 5 minutes, then longer, for less than a day.
    """
    prepared = _prepare(payment, at=at)
    if prepared is None:
        return payment
    payment, order = prepared
    if order is None:
        outcome = Outcome(status="failed", error_code="provider_unreachable")
    else:
        try:
            outcome = connect(_connection(payment)).charge(order)
        except Unreachable:
            return payment
        except Rejected as refusal:
            outcome = Outcome(
                status="failed", error_code=refusal.code[:100], error_message=str(refusal)
            )
    return conclude_payment(payment, outcome=outcome, actor=actor, at=at)


@transaction.atomic
def _prepare(payment: Payment, *, at: datetime) -> tuple[Payment, Order | None] | None:
    """Count the try and write the order; None for a payment that is known, no order when tries are used up."""
    payment = (
        Payment.objects.select_related("provider", "customer", "invoice", "payment_request")
        .locked()
        .get(pk=payment.pk)
    )
    if payment.status != PaymentState.PENDING:
        return None
    tie = CustomerProvider.objects.filter(customer_id=payment.customer_id).first()
    if tie is None or not collecting.note_try(payment, at=at):
        return payment, None
    return payment, _order(payment, tie)


def _order(payment: Payment, tie: CustomerProvider) -> Order:
    invoice = payment.invoice
    facts = {
        "lago_payment_id": str(payment.pk),
        "lago_customer_id": str(payment.customer_id),
        "lago_payable_id": str(payment.payment_request_id or payment.invoice_id),
        "lago_payable_type": "Invoice" if invoice else "PaymentRequest",
    }
    if invoice:
        facts |= {
            "lago_invoice_id": str(invoice.pk),
            "invoice_issuing_date": invoice.issuing_date.isoformat(),
            "invoice_type": invoice.invoice_type,
        }
    return Order(
        key=f"payment-{payment.pk}",
        amount_cents=payment.amount_cents,
        currency=payment.currency,
        provider_customer_id=tie.provider_customer_id or "",
        provider_method_id=tie.payment_method_id,
        method_kinds=tuple(tie.provider_payment_methods),
        description=f"Invoice {invoice.number}" if invoice else "Overdue invoices",
        facts=facts,
    )


def _connection(payment: Payment) -> PaymentProvider:
    assert payment.provider is not None
    return payment.provider
