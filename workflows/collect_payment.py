"""Ask the customer's provider for what is due on an invoice or a payment request."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import SYSTEM, Actor
from invoices.models import Invoice
from invoices.operations.locking import lock_customers, lock_invoice
from payments.models import Payment, PaymentRequest
from payments.operations import collecting
from workflows.send_payment import send_payment


def collect_payment(
    payable: Invoice | PaymentRequest, *, at: datetime, actor: Actor = SYSTEM
) -> Payment | None:
    """Begin a payment, ask the provider, store its answer; return the payment, or None if there is none to make.

    Not one transaction: the provider is asked between two, so that nobody waits for it and what it did is never
    rolled back. Called twice, also at once, the money moves once. A deleted customer's invoice is collected too.
    """
    payment = _begin(payable, actor=actor, at=at)
    return payment and send_payment(payment, at=at, actor=actor)


@transaction.atomic
def _begin(payable: Invoice | PaymentRequest, *, actor: Actor, at: datetime) -> Payment | None:
    if isinstance(payable, PaymentRequest):
        lock_customers({payable.customer_id})
        locked: Invoice | PaymentRequest = PaymentRequest.objects.locked().get(pk=payable.pk)
    else:
        locked = lock_invoice(payable)
    if (known := collecting.unfinished(locked)) is not None:
        return known
    tie = collecting.tie_of(locked.customer_id)
    if (
        tie is None
        or not locked.ready_for_payment_processing
        or not collecting.is_collectable(locked)
    ):
        return None
    cents = amount_to_collect(locked)
    if not cents:
        return None
    return collecting.begin(locked, tie.provider, amount_cents=cents, actor=actor, at=at)


def amount_to_collect(payable: Invoice | PaymentRequest) -> int:
    """Return what is due now, in minor units; on a request it may be less than when it was written."""
    if isinstance(payable, Invoice):
        return payable.total_due_amount_cents
    return sum(invoice.total_due_amount_cents for invoice in payable.invoices.all())
