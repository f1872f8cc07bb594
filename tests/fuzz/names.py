"""Real ids and codes for made-up requests, so that they reach further than 404."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from typing import Any

from tests.security.addresses import KINDS

MEMBERS = {
    "external_customer_id": "customer",
    "external_subscription_id": "subscription",
    "plan_code": "plan",
    "add_on_code": "add_on",
    "coupon_code": "coupon",
    "charge_code": "charge",
    "billable_metric_id": "metric",
    "billable_metric_code": "metric",
    "currency": "currency",
    "amount_currency": "currency",
    "tax_codes": "taxes",
    "invoice_id": "invoice",
    "fee_id": "fee",
    "lago_invoice_id": "invoice",
    "lago_invoice_ids": "invoices",
    "wallet_id": "wallet",
    "payment_provider_code": "provider",
    "subscription_at": "moment",
    "started_at": "moment",
    "ending_at": "later",
    "expiration_at": "later",
}
"""What a member of a body or a parameter of a query names."""
OF_BODIES = {"customer": "external_id", "subscription": "external_id", "plan": "code"}
"""Members that name an object only in the body of its own."""
PLACES = KINDS | {"filters": "filter", "alerts": "subscription", "features": "plan"}


class Names:
    """The names of one world, put where a request may name something."""

    def __init__(self, codes: Mapping[str, str], ids: Mapping[str, str]) -> None:
        self.known: dict[str, Any] = {
            **codes,
            "metric_id": ids["metric"],
            "currency": "EUR",
            "taxes": [codes["tax"]],
            "invoices": [ids["invoice"]],
            "moment": "2024-02-10T00:00:00Z",
            "later": "2024-05-10T00:00:00Z",
        }

    def in_path(
        self, template: str, given: Mapping[str, Any], dice: random.Random
    ) -> dict[str, Any]:
        """Return the path's variables, five in six of them as what stands before them names it."""
        found = dict(given)
        for before, part in itertools.pairwise(template.split("/")):
            name = part.strip("{}")
            if part.startswith("{") and before in PLACES and dice.random() < 5 / 6:
                found[name] = self.known[PLACES[before]]
        return found

    def in_value(self, value: Any, dice: random.Random, *, within: str = "") -> Any:
        """Return a body or query in which three in four known members name something real."""
        if isinstance(value, list):
            return [self.in_value(one, dice, within=within) for one in value]
        if not isinstance(value, dict):
            return value
        return {name: self._named(name, one, dice, within=within) for name, one in value.items()}

    def _named(self, name: str, value: Any, dice: random.Random, *, within: str) -> Any:
        kind = MEMBERS.get(name) or (within if OF_BODIES.get(within) == name else "")
        if kind and dice.random() < 3 / 4:
            return self.known["metric_id" if name == "billable_metric_id" else kind]
        return self.in_value(value, dice, within=name)
