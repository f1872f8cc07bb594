"""What changes a customer."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotFound
from customers.models import Customer
from persistence.saving import save_valid


def lock_kept(customer_id: uuid.UUID) -> Customer:
    """Lock a customer that is not deleted and return it; raises NotFound when it is gone.

    Whoever adds something to a customer calls this first: a deletion that is under way is waited for, and then
    refuses the addition, so that nothing is ever orphaned.
    """
    customer = (
        Customer.objects.kept()
        .select_related("organization")
        .select_for_update(of=("self",))
        .filter(pk=customer_id)
        .first()
    )
    if customer is None:
        raise NotFound("customer", "This customer has been deleted.")
    return customer


@transaction.atomic
def assign_currency(customer: Customer, currency: str, *, actor: Actor, at: datetime) -> Customer:
    """Give a customer without a currency the one of the first object it is assigned.

    The same currency again changes nothing; another one raises Invalid
    ``currency: [currencies_does_not_match]``. The customer's row is locked by the caller.
    """
    if customer.currency == currency:
        return customer
    if customer.currency is not None:
        raise Invalid(
            {"currency": ["currencies_does_not_match"]},
            f"This customer is billed in {customer.currency}, not in {currency}.",
        )
    customer.currency, customer.updated_at = currency, at
    save_valid(customer, update_fields=["currency", "updated_at"])
    journal.record(customer, "customer.updated", actor=actor, at=at, after={"currency": currency})
    return customer


@transaction.atomic
def mark_deleted(customer: Customer, *, actor: Actor, at: datetime, reason: str = "") -> Customer:
    """Hide a customer, whose row is locked by the caller; its external id is free again."""
    customer.deleted_at = customer.updated_at = at
    customer.deletion_reason = reason
    save_valid(customer, update_fields=["deleted_at", "updated_at", "deletion_reason"])
    journal.record(customer, "customer.deleted", actor=actor, at=at, reason=reason)
    return customer
