"""Act on news from a payment provider, once."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from activity.actors import Actor
from invoices.models import Invoice
from invoices.operations.locking import lock_customers
from payments.lifecycle import PaymentState
from payments.models import (
    CustomerProvider,
    Payment,
    PaymentProvider,
    PaymentRequest,
    ProviderEvent,
    Refund,
)
from payments.operations import collecting, ties
from payments.providers import News
from workflows.conclude_payment import conclude_payment
from workflows.conclude_refund import conclude_refund
from workflows.dispute_invoice import dispute_invoice


@transaction.atomic
def hear_provider(provider: PaymentProvider, news: News, *, at: datetime) -> bool:
    """Let signed news take effect; returns False for news that were heard before, which change nothing.

    News about what this product does not know are noted and otherwise left alone.
    """
    if not _is_first(provider, news, at):
        return False
    actor = Actor("system", str(provider.pk), provider.name, "worker")
    if news.payment:
        _hear_payment(provider, news, actor=actor, at=at)
    elif news.refund:
        refund = _refund(provider, news)
        if refund:
            conclude_refund(refund, outcome=news.refund, actor=actor, at=at)
    elif news.method:
        _hear_method(provider, news, actor=actor, at=at)
    elif news.lost_dispute_of:
        known = {"provider": provider, "provider_payment_id": news.lost_dispute_of}
        payment = Payment.objects.filter(**known).first()
        if payment and payment.invoice:
            dispute_invoice(payment.invoice, actor=actor, at=at)
    return True


def _is_first(provider: PaymentProvider, news: News, at: datetime) -> bool:
    event = ProviderEvent(
        organization_id=provider.organization_id,
        provider=provider,
        event_id=news.event_id,
        kind=news.kind,
        created_at=at,
    )
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _hear_payment(provider: PaymentProvider, news: News, *, actor: Actor, at: datetime) -> None:
    assert news.payment is not None
    payment = _payment(provider, news)
    if payment is None and news.payment.status == PaymentState.SUCCEEDED:
        payment = _paid_by_page(provider, news, actor=actor, at=at)
    if payment is not None:
        conclude_payment(payment, outcome=news.payment, actor=actor, at=at)


def _payment(provider: PaymentProvider, news: News) -> Payment | None:
    """Find the payment by the provider's id; news may come before the answer that brings it, so also by ours."""
    assert news.payment is not None
    found = Q(provider_payment_id=news.payment.provider_id)
    if own := _id(news.facts.get("lago_payment_id")):
        found |= Q(pk=own)
    return Payment.objects.filter(found, provider=provider).first()


def _paid_by_page(
    provider: PaymentProvider, news: News, *, actor: Actor, at: datetime
) -> Payment | None:
    """Write the payment that a customer has made on a payment page; None if it is for nothing of ours."""
    payable_id = _id(news.facts.get("lago_payable_id"))
    is_request = news.facts.get("lago_payable_type") == "PaymentRequest"
    model = PaymentRequest if is_request else Invoice
    payable = model._base_manager.filter(
        organization_id=provider.organization_id, pk__in=[payable_id] if payable_id else []
    ).first()
    if payable is None:
        return None
    lock_customers({payable.customer_id})
    payable = model._base_manager.select_for_update().get(pk=payable.pk)
    return collecting.begin(payable, provider, amount_cents=news.amount_cents, actor=actor, at=at)


def _refund(provider: PaymentProvider, news: News) -> Refund | None:
    """Find the refund that the news are about; late news about one that was refused and begun again are none."""
    assert news.refund is not None
    found = Q(provider_refund_id=news.refund.provider_id)
    if own := _id(news.facts.get("lago_refund_id")):
        found |= Q(pk=own)
    refund = Refund.objects.filter(found, payment__provider=provider).first()
    is_old = refund and own and news.facts.get("lago_refund_try", "0") != str(refund.refusals)
    return None if is_old else refund


def _hear_method(provider: PaymentProvider, news: News, *, actor: Actor, at: datetime) -> None:
    assert news.method is not None
    known_as = news.method.provider_customer_id
    tie = CustomerProvider.objects.filter(provider=provider, provider_customer_id=known_as).first()
    if tie is not None and known_as:
        lock_customers({tie.customer_id})
        ties.keep_method(tie, news.method, actor=actor, at=at)


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
