"""What the tests of the subscriptions' pages share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from activity.actors import COMMAND
from customers.models import Customer
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import (
    PlanFactory,
)
from usage.operations import ingest
from workflows.start_subscription import start_subscription

BEGUN = datetime(2024, 3, 1, tzinfo=UTC)
NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)


def plan(sandbox: Any, **columns: Any) -> Any:
    return PlanFactory(organization=sandbox.organization, **columns)


def start(customer: Customer, plan: Any, **asked: Any) -> Subscription:
    new = NewSubscription(external_id="sub", plan=plan, **asked)
    return start_subscription(customer, asked=new, actor=COMMAND, at=BEGUN)


def use(customer: Customer, code: str, count: int, **properties: str) -> None:
    for number in range(count):
        moment = BEGUN + timedelta(days=number)
        event = {
            "transaction_id": f"{code}-{properties}-{number}",
            "external_subscription_id": "sub",
            "code": code,
            "timestamp": moment.timestamp(),
            "properties": properties,
        }
        ingest(customer.organization, event, at=moment, actor=COMMAND)


def text(response: Any) -> str:
    return str(response.content.decode())


def adding(sandbox: Any, customer: Customer, plan: Any, **sent: str) -> Any:
    """Ask what adding a plan would do, or say something else with `show` empty."""
    data = {"new_plan": str(plan.pk), "billing_time": "calendar", "show": "1", **sent}
    return sandbox.post(f"/customers/{customer.pk}/subscriptions/new/", data)


def confirming(sandbox: Any, customer: Customer, shown: Any, **otherwise: str) -> Any:
    """Press "Add plan" on the page `shown`: its fields as they stand, but for `otherwise`."""
    forms = [shown.context["form"], shown.context["terms"]]
    sent = {one.html_name: one.value() or "" for form in forms for one in form}
    hidden = dict(shown.context["answer"].get("hidden", []))
    return sandbox.post(f"/customers/{customer.pk}/subscriptions/new/", sent | hidden | otherwise)


def added(sandbox: Any, customer: Customer, plan: Any, **sent: str) -> Any:
    """Add a plan: look at what it does, and confirm."""
    return confirming(sandbox, customer, adding(sandbox, customer, plan, **sent))
