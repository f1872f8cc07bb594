"""Requests that the API refuses, each with the code of its refusal, against one world of objects."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.refusals.catalog import catalog
from tests.api.refusals.invoices import invoices
from tests.api.refusals.money import coupons_and_wallets, credit_notes
from tests.api.refusals.refusal import Refusal
from tests.api.refusals.subscriptions import subscriptions_and_usage
from tests.api.refusals.world import World

NOBODY = "00000000-0000-0000-0000-000000000000"
UNKNOWN = {
    "/customers/none": "customer",
    "/plans/none": "plan",
    "/plans/none/charges": "plan",
    "/billable_metrics/none": "billable_metric",
    "/add_ons/none": "add_on",
    "/coupons/none": "coupon",
    "/taxes/none": "tax",
    "/subscriptions/none": "subscription",
    "/events/none": "event",
    f"/invoices/{NOBODY}": "invoice",
    f"/fees/{NOBODY}": "fee",
    f"/credit_notes/{NOBODY}": "credit_note",
    f"/wallets/{NOBODY}": "wallet",
}


def refusals(world: World) -> Iterator[Refusal]:
    """Yield every request; none of them changes anything."""
    for path, code in UNKNOWN.items():
        yield Refusal("get", path, None, 404, f"{code}_not_found")
    yield from catalog(world)
    yield from subscriptions_and_usage(world)
    yield from invoices(world)
    yield from credit_notes(world)
    yield from coupons_and_wallets(world)
