"""The payment provider of a customer, and who the customer is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotFound
from customers.models import Customer
from payments.models import CustomerProvider, PaymentProvider
from payments.operations.ties import forget_methods
from persistence.columns import assign, check
from persistence.saving import save_valid

COLUMNS = ("provider_customer_id", "sync_with_provider", "provider_payment_methods")
KNOWN_KINDS = frozenset(
    "manual stripe gocardless adyen cashfree flutterwave moneyhash".split()  # those of the contract
)
NAMES = frozenset({"payment_provider", "payment_provider_code", *COLUMNS})


@transaction.atomic
def set_customer_provider(
    customer: Customer, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> CustomerProvider | None:
    """Tie a locked customer to a provider and return the tie; ``payment_provider: None`` ends it.

    `values` holds some of `payment_provider` (its kind), `payment_provider_code`, `provider_customer_id`,
    `sync_with_provider`, `provider_payment_methods`; nothing of these changes nothing. With `sync_with_provider` and
    no id the customer is created there after the commit. Another provider, or none, forgets the id and the means of
    payment; nothing is called at the provider. Raises Invalid for a kind
    that does not exist, NotFound (``payment_provider_not_found``) for one that the organization does not have.
    """
    tie = CustomerProvider.objects.filter(customer=customer).select_related("provider").first()
    if not NAMES & set(values):
        return tie
    if "payment_provider" in values and values["payment_provider"] is None:
        _end(tie, actor=actor, at=at)
        return None
    names_one = values.get("payment_provider") or values.get("payment_provider_code")
    if tie is None and not names_one:
        return None
    if tie is None:
        tie = CustomerProvider(organization=customer.organization, customer=customer, created_at=at)
    before = _described(tie)
    if names_one:
        _move(tie, _provider(customer, values), at=at)
    assign(tie, values, COLUMNS)
    check(tie, COLUMNS)
    tie.updated_at = at
    save_valid(tie)
    _note(customer, before, _described(tie), actor=actor, at=at)
    if tie.provider.moves_money and tie.sync_with_provider and not tie.provider_customer_id:
        journal.announce(customer, "customer.provider_sync", at=at, topic="payment")
    return tie


def _move(tie: CustomerProvider, provider: PaymentProvider, *, at: datetime) -> None:
    """Tie to this provider; who the customer was at another one means nothing here."""
    if tie.provider_id not in (None, provider.pk):
        forget_methods(tie, at=at)
        tie.provider_customer_id = None
    tie.provider = provider


def _provider(customer: Customer, values: Mapping[str, Any]) -> PaymentProvider:
    kind, code = values.get("payment_provider"), values.get("payment_provider_code")
    if kind and kind not in KNOWN_KINDS:
        raise Invalid({"payment_provider": ["value_is_invalid"]}, "There is no such provider.")
    rows = PaymentProvider.objects.of(customer.organization).kept().order_by("created_at", "pk")
    if kind:
        rows = rows.filter(kind=kind)
    if code:
        rows = rows.filter(code=code)
    found = rows.first()
    if found is None:
        raise NotFound("payment_provider")
    return found


def _end(tie: CustomerProvider | None, *, actor: Actor, at: datetime) -> None:
    if tie is not None:
        customer, before = tie.customer, _described(tie)
        forget_methods(tie, at=at)
        tie.delete()
        _note(customer, before, {}, actor=actor, at=at)


def _described(tie: CustomerProvider) -> dict[str, Any]:
    if tie.provider_id is None:
        return {}
    return {"payment_provider_code": tie.provider.code} | {
        name: getattr(tie, name) for name in COLUMNS
    }


def _note(
    customer: Customer, before: dict[str, Any], after: dict[str, Any], *, actor: Actor, at: datetime
) -> None:
    if before != after:
        action = "customer.payment_provider_set" if after else "customer.payment_provider_removed"
        journal.record(customer, action, actor=actor, at=at, before=before, after=after)
