"""Every operation of the API with what no client should send: never a fault, always the error shape.

The operations and members are read from the API's own description, so a new endpoint is covered as it lands. A run
sends every tenth of these requests; HOSTILE_EVERY=1 sends them all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from tests.api.client import ApiClient
from tests.factories import (
    AddOnFactory,
    AppliedCouponFactory,
    ChargeFactory,
    CouponFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
    TaxFactory,
    WalletFactory,
)

pytestmark = pytest.mark.django_db
EVERY = int(os.environ.get("HOSTILE_EVERY", "10"))
HUGE = 10**30
VALUES: list[Any] = [
    *(None, True, -1, HUGE, 1.5, "", "x" * 5000, "null", "\x00é😀", "-1", "1e400", "NaN"),
    *("9999-12-31T23:59:59Z", [], {}, [None], [{}], [{"": ""}], {"a": {"b": []}}),
    "00000000-0000-0000-0000-000000000000",
]
PATHS = ["0", "a é", "..%2F", "x" * 400, "00000000-0000-0000-0000-000000000000"]
QUERIES = ["null", "\x00", "x" * 300, "-1", str(HUGE), "9999-12-31"]
# What an object needs besides the member that is wrong, so that the wrong one is reached.
WHOLE: dict[str, Any] = {
    "tax": {"name": "T", "code": "t", "rate": 1},
    "add_on": {"name": "A", "code": "a", "amount_cents": 1, "amount_currency": "EUR"},
    "billable_metric": {"name": "M", "code": "m", "aggregation_type": "count_agg"},
    "plan": {
        "name": "P",
        "code": "p",
        "interval": "monthly",
        "amount_cents": 1,
        "amount_currency": "EUR",
        "pay_in_advance": True,
    },
    "customer": {"external_id": "gavin"},
    "coupon": {
        "name": "C",
        "code": "c",
        "coupon_type": "percentage",
        "percentage_rate": "10",
        "frequency": "once",
        "expiration": "no_expiration",
    },
    "applied_coupon": {"external_customer_id": "gavin", "coupon_code": "known"},
    "wallet": {"external_customer_id": "gavin", "rate_amount": "1", "currency": "EUR"},
    "subscription": {"external_customer_id": "gavin", "plan_code": "known", "external_id": "new"},
    "event": {"transaction_id": "t", "code": "known", "external_subscription_id": "one"},
    "invoice": {
        "external_customer_id": "gavin",
        "currency": "EUR",
        "fees": [{"add_on_code": "known"}],
    },
    "webhook_endpoint": {"webhook_url": "https://example.com"},
}
KNOWN = {
    "external_customer_id": "gavin",
    "external_id": "one",
    "code": "known",
    "charge_code": "known",
}


def document() -> dict[str, Any]:
    return Client().get("/api/v1/openapi.json").json()


def operations() -> Iterator[tuple[str, str]]:
    from api.urls import api

    paths = api.get_openapi_schema()["paths"]
    for path, methods in paths.items():
        for method in methods:
            yield method.upper(), path


@pytest.fixture
def api() -> ApiClient:
    """An organization that has one of everything, whose code is `known`."""
    organization = OrganizationFactory(is_sandbox=True)
    customer = CustomerFactory(organization=organization, external_id="gavin")
    plan = PlanFactory(organization=organization, code="known")
    ChargeFactory(plan=plan, code="known", billable_metric__code="known")
    TaxFactory(organization=organization, code="known")
    AddOnFactory(organization=organization, code="known")
    AppliedCouponFactory(
        customer=customer, coupon=CouponFactory(organization=organization, code="known")
    )
    SubscriptionFactory(customer=customer, plan=plan, external_id="one")
    WalletFactory(customer=customer)
    client = ApiClient(organization)
    client.client.raise_request_exception = False
    return client


def ask(api: ApiClient, method: str, path: str, body: Any = None) -> list[str]:
    """Send a request, undo what it did, and return what is wrong with the answer."""
    with transaction.atomic():
        response = api.client.generic(
            method,
            path,
            json.dumps(body) if body is not None else b"",
            content_type="application/json",
            headers={"Authorization": f"Bearer {api.secret}"},
        )
        transaction.set_rollback(True)
    if response.status_code < 400:
        return []
    try:
        answered = json.loads(response.content)
        is_shaped = answered["status"] == response.status_code and bool(answered["error"])
    except (ValueError, KeyError, TypeError):
        is_shaped = False
    if response.status_code < 500 and is_shaped:
        return []
    return [f"{response.status_code} {method} {path} {json.dumps(body)[:200]}"]


def filled(path: str, **given: str) -> str:
    """Put names into a path's places."""
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        value = given.get(name) or KNOWN.get(name) or "00000000-0000-0000-0000-000000000000"
        path = path.replace(f"{{{name}}}", value)
    return path


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while True:
        kinds = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        elif kinds:
            schema = kinds[0]
        else:
            return schema


def bodies(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[Any]:
    """Make bodies in which one member, at any depth, has each of VALUES."""
    schema = resolved(document, schema)
    yield from VALUES
    if schema.get("type") == "array":
        yield from ([one] for one in bodies(document, schema.get("items", {})))
    for name, member in schema.get("properties", {}).items():
        for one in bodies(document, member):
            whole = WHOLE.get(name, {}) if isinstance(one, dict) else {}
            yield {name: {**whole, **one} if whole else one}


@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_no_input_is_a_fault(api: ApiClient, method: str, path: str) -> None:
    described = document()
    operation = described["paths"][path][method.lower()]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    queries = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]

    requests: list[tuple[str, Any]] = []
    for name in names:
        requests += [(filled(path, **{name: value}), None) for value in PATHS]
    for name in [*queries, "page", "per_page", "metadata[x]"]:
        requests += [(f"{filled(path)}?{quote(name)}={quote(value)}", None) for value in QUERIES]
    if content:
        requests += [(filled(path), body) for body in bodies(described, content["schema"])]
    first = len(path) % EVERY
    found = [fault for sent in requests[first::EVERY] for fault in ask(api, method, *sent)]

    assert found == []
