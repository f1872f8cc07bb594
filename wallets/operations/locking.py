"""Locks of a wallet: its customer first, so that a deletion under way is waited for."""

from __future__ import annotations

from billing.errors import Invalid, NotFound
from customers.models import Customer
from wallets.models import Wallet


def lock(wallet: Wallet) -> Wallet:
    """Lock the wallet and its customer (deleted or not) and return the wallet as it stands."""
    customer = (
        Customer.objects.select_related("organization").locked().filter(pk=wallet.customer_id).get()
    )
    locked = Wallet.objects.locked().filter(pk=wallet.pk).first()
    if locked is None:
        raise NotFound("wallet", "This wallet does not exist.")
    locked.customer, locked.organization = customer, customer.organization
    return locked


def lock_active(wallet: Wallet) -> Wallet:
    """Lock a wallet that pays; raises Invalid (``wallet_is_terminated``) for one that has ended."""
    locked = lock(wallet)
    if not locked.is_active:
        raise Invalid({"wallet_id": ["wallet_is_terminated"]}, "This wallet has been terminated.")
    return locked
