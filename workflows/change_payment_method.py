"""Choose or forget a customer's means of payment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.errors import NotFound
from customers.operations import lock_kept
from payments.models import CustomerProvider, PaymentMethod
from payments.operations import ties


@transaction.atomic
def choose_payment_method(method: PaymentMethod, *, actor: Actor, at: datetime) -> PaymentMethod:
    """Make it the one that invoices are collected with, and return it."""
    tie, method = _locked(method)
    return ties.set_default_method(tie, method, actor=actor, at=at)


@transaction.atomic
def forget_payment_method(method: PaymentMethod, *, actor: Actor, at: datetime) -> PaymentMethod:
    """Take it out of use and return it; nothing is called at the provider."""
    tie, method = _locked(method)
    return ties.forget_method(tie, method, actor=actor, at=at)


def _locked(method: PaymentMethod) -> tuple[CustomerProvider, PaymentMethod]:
    lock_kept(method.customer_id)
    tie = CustomerProvider.objects.locked().filter(customer_id=method.customer_id).first()
    known = PaymentMethod.objects.kept().locked().filter(pk=method.pk).first()
    if tie is None or known is None:
        raise NotFound("payment_method", "This means of payment is not in use any more.")
    return tie, known
