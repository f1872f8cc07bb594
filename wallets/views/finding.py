"""What the pages of wallets share."""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotFound
from console.access import OperatorRequest
from customers.models import Customer
from wallets import reads
from wallets.models import Wallet

Crumbs = list[tuple[str, str]]


def find_wallet(request: OperatorRequest, pk: uuid.UUID) -> Wallet:
    """Return a wallet of the organization; raises NotFound."""
    wallet = reads.find(request.organization, pk)
    if wallet is None:
        raise NotFound("wallet", _("This wallet does not exist."))
    return wallet


def find_customer(request: OperatorRequest, customer_id: uuid.UUID) -> Customer:
    """Return a customer of the organization, deleted or not; raises NotFound."""
    rows = Customer.objects.of(request.organization).select_related("organization")
    found = rows.filter(pk=customer_id).first()
    if found is None:
        raise NotFound("customer", _("This customer does not exist."))
    return found


def crumbs_of(customer: Customer, *more: tuple[str, str]) -> Crumbs:
    """Return the way from the customers to here."""
    wallets = (_("Wallets"), customer_url("of_customer", customer) if more else "")
    own = (str(customer), f"/customers/{customer.pk}/")
    return [(_("Customers"), "/customers/"), own, wallets, *more]


def crumbs_to(wallet: Wallet, *more: tuple[str, str]) -> Crumbs:
    """Return the way from the customers to a wallet and on."""
    return crumbs_of(wallet.customer, (str(wallet), url("detail", wallet) if more else ""), *more)


def url(name: str, wallet: Wallet) -> str:
    """Return the address of a page of the wallet."""
    return reverse(f"wallets:{name}", args=[wallet.pk])


def customer_url(name: str, customer: Customer) -> str:
    """Return the address of a page of the customer's wallets."""
    return reverse(f"wallets:{name}", args=[customer.pk])
