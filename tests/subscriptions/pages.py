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
