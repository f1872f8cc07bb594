"""What the walk along the documentation page (S1 to S23) begins with: an organization that sells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from activity.actors import COMMAND
from customers.models import Customer
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import (
    BillableMetricFactory,
    ChargeFactory,
    ChargeFilterFactory,
    CustomerFactory,
    PlanFactory,
    TaxFactory,
)
from usage.operations import ingest
from workflows.start_subscription import start_subscription

BEGUN = datetime(2024, 3, 1, tzinfo=UTC)
NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)


def seller(page: Any) -> Any:
    """Give the page's organization a clock, a tax and a plan with a usage-based charge."""
    organization = page.organization
    organization.is_sandbox, organization.sandbox_now = True, NOON
    organization.timezone = "America/New_York"
    organization.save()
    TaxFactory(
        organization=organization, name="VAT", code="vat", rate=20, applied_to_organization=True
    )
    metric = BillableMetricFactory(organization=organization, name="Calls", code="calls")
    page.plan = PlanFactory(
        organization=organization, name="Scale", code="scale", amount_cents=31000
    )
    charge = ChargeFactory(plan=page.plan, billable_metric=metric, code="calls")
    ChargeFilterFactory(charge=charge)
    return page


def customer_of(page: Any, **columns: Any) -> Customer:
    """Make a customer of the page's organization."""
    given = {"name": "Hooli", "external_id": "hooli", "timezone": "UTC", **columns}
    return CustomerFactory(organization=page.organization, **given)


def subscribed(page: Any, customer: Customer, **columns: Any) -> Subscription:
    """Start a subscription on the first of the month, with six calls: four of them in the EU."""
    plan = PlanFactory(organization=page.organization, **columns) if columns else page.plan
    asked = NewSubscription(external_id="sub", plan=plan)
    made = start_subscription(customer, asked=asked, actor=COMMAND, at=BEGUN)
    for number in range(6):
        moment = BEGUN + timedelta(days=1 + number)
        event = {
            "transaction_id": f"t{number}",
            "external_subscription_id": "sub",
            "code": "calls",
            "timestamp": moment.timestamp(),
            "properties": {"region": "eu"} if number < 4 else {},
        }
        ingest(page.organization, event, at=moment, actor=COMMAND)
    return made


def fill(page: Any, **values: str) -> None:
    """Type into fields by their names."""
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)


def choose(page: Any, label: str, typed: str) -> None:
    """Choose the first option that a searchable select finds for `typed`."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(typed)
    page.keyboard.press("Enter")
