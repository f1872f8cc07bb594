"""The currency of a customer: set by the first object that has one, then kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, Sentence
from customers.models import Customer
from persistence.saving import save_valid


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
            Sentence(
                "This customer is billed in {present}, not in {wanted}.",
                present=customer.currency,
                wanted=currency,
            ),
        )
    customer.currency, customer.updated_at = currency, at
    save_valid(customer, update_fields=["currency", "updated_at"])
    journal.record(customer, "customer.updated", actor=actor, at=at, after={"currency": currency})
    return customer
