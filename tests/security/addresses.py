"""Every address of the product, with the kind of object that each of its variables names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
BY_TOKEN = ("documents/", "portal/", "^webhooks/")
"""Addresses that are opened by what they bear: a signed token, or a signed message."""

# What stands before a variable says what it names. In the API charges are named by code, in the console by id.
KINDS = {
    "add-ons": "add_on",
    "add_ons": "add_on",
    "applied_coupons": "applied_coupon",
    "batches": "invoice_batch",
    "billable_metrics": "metric",
    "billing_entities": "billing_entity",
    "charges": "charge",
    "coupons": "coupon",
    "credit-notes": "credit_note",
    "credit_notes": "credit_note",
    "customers": "customer",
    "deliveries": "delivery",
    "dunning": "campaign",
    "events": "event",
    "fees": "fee",
    "filters": "filter",
    "fixed-charges": "fixed_charge",
    "invoices": "invoice",
    "keys": "key",
    "members": "member",
    "metrics": "metric",
    "payment-methods": "payment_method",
    "payment-providers": "provider",
    "payment_methods": "payment_method",
    "payment_receipts": "receipt",
    "payment_requests": "payment_request",
    "payments": "payment",
    "plans": "plan",
    "receipts": "receipt",
    "requests": "logged_request",
    "subscriptions": "subscription",
    "taxes": "tax",
    "usage": "charge",
    "views": "saved_view",
    "wallet_transactions": "wallet_transaction",
    "wallets": "wallet",
    "webhook_endpoints": "endpoint",
    "webhooks": "endpoint",
}


@dataclass(frozen=True)
class Address:
    """An address as it is declared, and the view behind it."""

    pattern: str
    name: str
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        """Say whether it belongs to the API."""
        return self.pattern.startswith("api/")

    @property
    def kinds(self) -> list[str]:
        """What its variables name, in their order. Raises KeyError for one that nobody knows."""
        parts = self.pattern.split("/")
        found = []
        for before, part in itertools.pairwise(parts):
            if VARIABLE.fullmatch(part):
                is_applied = before == "coupons" and found == ["customer"]
                found.append("applied_coupon" if is_applied else KINDS[before])
        return found

    def filled(self, names: Mapping[str, str]) -> str:
        """Return the address with each variable replaced by the name of its kind."""
        kinds = iter(self.kinds)
        return "/" + VARIABLE.sub(lambda _: names[next(kinds)], self.pattern)


def addresses() -> Iterator[Address]:
    """Yield all addresses but those of Django's admin, which has its own tests."""
    yield from (a for a in _walk(get_resolver(), "") if not a.pattern.startswith("admin/"))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Address(pattern, entry.name or "", entry.callback)
        else:
            yield from _walk(entry, pattern)


def with_objects() -> list[Address]:
    """Return the addresses that name an object, but for those that are opened by a token."""
    return [
        address
        for address in addresses()
        if VARIABLE.search(address.pattern) and not address.pattern.startswith(BY_TOKEN)
    ]
