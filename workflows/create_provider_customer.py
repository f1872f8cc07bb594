"""Make a customer known to their payment provider."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import SYSTEM, Actor
from customers.models import Customer
from invoices.lifecycle import PaymentStatus
from invoices.models import Invoice
from invoices.operations.locking import lock_customers
from payments.models import CustomerProvider
from payments.operations import ties
from payments.providers import Buyer, Rejected, connect


def create_provider_customer(
    customer: Customer, *, at: datetime, actor: Actor = SYSTEM
) -> CustomerProvider | None:
    """Create the customer at their provider, unless they are known there; return the tie.

    The provider is asked between transactions under the tie's own key. Raises Unreachable: ask again later. A refusal
    is announced as ``customer.payment_provider_error``.
    """
    tie = (
        CustomerProvider.objects.select_related("provider", "customer__organization")
        .filter(customer=customer)
        .first()
    )
    if tie is None or tie.provider_customer_id or not tie.provider.moves_money:
        return tie
    try:
        known_as = connect(tie.provider).create_customer(_buyer(tie))
    except Rejected as refusal:
        _tell_refusal(tie, refusal, actor=actor, at=at)
        return tie
    return _store(tie, known_as, actor=actor, at=at)


def _buyer(tie: CustomerProvider) -> Buyer:
    customer = tie.customer
    return Buyer(
        key=f"customer-{tie.pk}",
        name=customer.shown_name,
        email=(customer.email or "").split(",")[0].strip() or None,
        facts={
            "lago_customer_id": str(customer.pk),
            "external_customer_id": customer.external_id,
        },
    )


@transaction.atomic
def _store(
    tie: CustomerProvider, known_as: str, *, actor: Actor, at: datetime
) -> CustomerProvider | None:
    lock_customers({tie.customer_id})
    locked = CustomerProvider.objects.select_related("customer").locked().filter(pk=tie.pk).first()
    if locked is None or locked.provider_customer_id:
        return locked
    ties.set_provider_customer(locked, known_as, actor=actor, at=at)
    waiting = (
        Invoice.objects.finalized()
        .filter(customer_id=tie.customer_id, payment_attempts=0, total_amount_cents__gt=0)
        .filter(payment_status=PaymentStatus.PENDING, skip_psp=False, self_billed=False)
    )
    journal.announce_many(
        journal.announcement(invoice, "invoice.payment", at=at, topic="payment")
        for invoice in waiting.order_by("pk")
    )
    return locked


@transaction.atomic
def _tell_refusal(tie: CustomerProvider, refusal: Rejected, *, actor: Actor, at: datetime) -> None:
    error = {"error_code": refusal.code, "message": str(refusal)}
    journal.record(tie, "customer_provider.refused", actor=actor, at=at, after=error)
    journal.announce(
        tie.customer,
        "customer.payment_provider_error",
        at=at,
        payload={"provider_error": error},
    )
