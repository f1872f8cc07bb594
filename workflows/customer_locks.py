"""What holds a customer's external ID, currency and account type in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.errors import Invalid
from coupons.models import AppliedCoupon
from customers.models import Customer
from invoices.models import Invoice
from subscriptions.models import Subscription
from wallets.models import Wallet

LOCKED = ("external_id", "currency", "account_type")


@dataclass(frozen=True)
class CustomerLocks:
    """How many objects of each kind have ever been assigned to a customer, in whatever state."""

    subscriptions: int
    applied_coupons: int
    invoices: int
    wallets: int

    @property
    def is_locked(self) -> bool:
        """Whether anything has ever been assigned."""
        return any((self.subscriptions, self.applied_coupons, self.invoices, self.wallets))


def locks_of(customer: Customer) -> CustomerLocks:
    """Count what locks a customer (4 queries); ending things does not release it."""
    return CustomerLocks(
        *(
            model.objects.filter(customer=customer).count()
            for model in (Subscription, AppliedCoupon, Invoice, Wallet)
        )
    )


def refuse_locked_changes(customer: Customer, changes: Mapping[str, Any]) -> None:
    """Raise Invalid if `changes` would change what is locked.

    The currency: ``currencies_does_not_match``; a customer without one may still be given one. External ID and
    account type: ``value_is_locked``.
    """
    errors = {}
    for name in LOCKED:
        old = getattr(customer, name)
        if name not in changes or _wanted(name, changes[name]) == old:
            continue
        if name == "currency" and old is None:
            continue
        errors[name] = ["currencies_does_not_match" if name == "currency" else "value_is_locked"]
    if errors and locks_of(customer).is_locked:
        raise Invalid(errors, "Something has been assigned to this customer.")


def _wanted(name: str, value: Any) -> Any:
    """Return the value as it would be stored."""
    if name == "account_type":
        return value or "customer"
    if isinstance(value, str):
        value = value.strip()
    if name == "currency":
        return value.upper() if value else None
    return value
