"""Who a customer is at their payment provider, and the means of payment they have left there."""

from __future__ import annotations

from datetime import datetime

from activity import journal
from activity.actors import Actor
from payments.models import CustomerProvider, PaymentMethod
from payments.providers.protocol import Method
from persistence.saving import save_valid


def set_provider_customer(
    tie: CustomerProvider, provider_customer_id: str, *, actor: Actor, at: datetime
) -> CustomerProvider:
    """Note who a customer is at the provider, and announce it."""
    tie.provider_customer_id, tie.updated_at = provider_customer_id, at
    save_valid(tie, update_fields=["provider_customer_id", "updated_at"])
    after = {"provider_customer_id": provider_customer_id}
    journal.record(tie, "customer_provider.created_there", actor=actor, at=at, after=after)
    journal.announce(tie.customer, "customer.payment_provider_created", at=at)
    return tie


def keep_method(
    tie: CustomerProvider, method: Method, *, actor: Actor, at: datetime
) -> PaymentMethod:
    """Remember a means of payment that the customer has left; the newest becomes the default."""
    row = PaymentMethod.objects.kept().filter(
        provider_id=tie.provider_id, provider_method_id=method.provider_method_id
    ).first() or PaymentMethod(
        organization_id=tie.organization_id,
        customer_id=tie.customer_id,
        provider_id=tie.provider_id,
        provider_method_id=method.provider_method_id,
        created_at=at,
    )
    row.kind, row.label, row.updated_at = method.kind, method.label, at
    save_valid(row)
    journal.record(row, "payment_method.kept", actor=actor, at=at)
    return set_default_method(tie, row, actor=actor, at=at)


def set_default_method(
    tie: CustomerProvider, method: PaymentMethod, *, actor: Actor, at: datetime
) -> PaymentMethod:
    """Make this the means of payment that invoices are collected with."""
    PaymentMethod.objects.kept().filter(customer_id=tie.customer_id, is_default=True).update(
        is_default=False, updated_at=at
    )
    method.is_default, method.updated_at = True, at
    save_valid(method, update_fields=["is_default", "updated_at"])
    tie.payment_method_id, tie.updated_at = method.provider_method_id, at
    save_valid(tie, update_fields=["payment_method_id", "updated_at"])
    journal.record(method, "payment_method.made_default", actor=actor, at=at)
    return method


def forget_method(
    tie: CustomerProvider, method: PaymentMethod, *, actor: Actor, at: datetime
) -> PaymentMethod:
    """Take a means of payment out of use; the provider keeps it."""
    if method.is_default:
        tie.payment_method_id, tie.updated_at = None, at
        save_valid(tie, update_fields=["payment_method_id", "updated_at"])
    method.is_default, method.deleted_at, method.updated_at = False, at, at
    save_valid(method, update_fields=["is_default", "deleted_at", "updated_at"])
    journal.record(method, "payment_method.forgotten", actor=actor, at=at)
    return method


def forget_methods(tie: CustomerProvider, *, at: datetime) -> None:
    """Forget all means of payment, as when a customer leaves the provider."""
    PaymentMethod.objects.kept().filter(customer_id=tie.customer_id).update(
        is_default=False, deleted_at=at, updated_at=at
    )
    tie.payment_method_id = None
