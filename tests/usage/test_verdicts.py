"""Why an event counts or does not, as the event explorer says it."""

from datetime import UTC, datetime, timedelta

import pytest

from activity.actors import SYSTEM
from invoices.models import Fee, Invoice
from organizations.models import Organization
from tests.factories import (
    BillableMetricFactory,
    ChargeFactory,
    ChargeFilterFactory,
    CustomerFactory,
    MembershipFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
)
from tests.invoices.given import billed
from usage.models import UsageEvent
from usage.operations import ingest
from usage.reads import find_event, verdicts

pytestmark = pytest.mark.django_db
BEGIN = datetime(2024, 2, 1, tzinfo=UTC)
THEN = datetime(2024, 2, 10, tzinfo=UTC)


class Seller:
    """An organization with a customer whose plan charges a sum of `n`, by region."""

    def __init__(self):
        self.organization = OrganizationFactory()
        own = {"organization": self.organization}
        self.metric = BillableMetricFactory(
            **own, code="bytes", aggregation_type="sum_agg", field_name="n"
        )
        self.plan = PlanFactory(**own)
        self.charge = ChargeFactory(plan=self.plan, billable_metric=self.metric)
        self.customer = CustomerFactory(**own)
        self.subscription = SubscriptionFactory(
            customer=self.customer, plan=self.plan, external_id="sub", started_at=BEGIN
        )

    def verdict(self, at=THEN, code="bytes", owner="sub", arrived_at=None, name="t", **properties):
        event = {
            "transaction_id": name,
            "external_subscription_id": owner,
            "code": code,
            "timestamp": str(at.timestamp()),
            "properties": properties,
        }
        ingest(self.organization, event, at=arrived_at or at, actor=SYSTEM)
        [one] = verdicts(self.organization, [find_event(self.organization, name)])
        return one


@pytest.fixture
def seller():
    return Seller()


def test_a_good_event_is_counted_in_the_running_usage(seller):
    one = seller.verdict(n=3)

    page = f"/subscriptions/{seller.subscription.pk}/usage/{seller.charge.pk}/explain/"
    assert (one.is_counted, one.reason, one.detail) == (True, "Counted", "")
    assert one.links == [("Running usage: Calls", f"{page}?filter=default")]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code": "unknown", "n": 1}, "No such metric"),
        ({"owner": "nobody", "n": 1}, "No such subscription"),
        ({"at": BEGIN - timedelta(seconds=1), "n": 1}, "Before the start"),
        ({}, "No value"),
        ({"n": "many"}, "Not a number"),
        ({"n": "1e3"}, "Not a number"),
    ],
)
def test_an_event_that_does_not_count_says_why(seller, given, reason):
    one = seller.verdict(**given)

    assert (one.is_counted, one.reason) == (False, reason)


def test_the_metric_may_be_deleted_and_the_plan_may_not_price_it(seller):
    BillableMetricFactory(organization=seller.organization, code="seats")
    BillableMetricFactory(organization=seller.organization, code="gone", deleted_at=BEGIN)

    assert seller.verdict(code="seats").reason == "Not priced"
    assert seller.verdict(code="gone", name="t2").reason == "Deleted metric"


def test_an_event_outside_the_life_of_its_subscription_names_its_end(seller):
    seller.subscription.status = "terminated"
    seller.subscription.terminated_at = THEN
    seller.subscription.save()

    one = seller.verdict(at=THEN + timedelta(days=1), n=1)

    assert (one.reason, "10 Feb 2024" in one.detail) == ("After the end", True)


def test_a_subscription_that_has_not_begun_counts_nothing(seller):
    seller.subscription.status, seller.subscription.started_at = "pending", None
    seller.subscription.save()

    assert seller.verdict(n=1).reason == "Subscription has not begun"


def test_events_of_a_deleted_customer_are_not_the_next_one_s(seller):
    gone = BEGIN + timedelta(days=3)
    seller.customer.deleted_at = gone
    seller.customer.save()
    seller.subscription.status, seller.subscription.terminated_at = "terminated", gone
    seller.subscription.save()
    SubscriptionFactory(
        customer=CustomerFactory(organization=seller.organization),
        plan=seller.plan,
        external_id="sub",
        started_at=BEGIN,
        created_at=gone + timedelta(days=1),
    )

    assert (
        seller.verdict(at=BEGIN + timedelta(days=1), n=1).reason == "Belongs to a deleted customer"
    )


def test_the_filter_and_group_of_a_charge_are_named(seller):
    seller.charge.properties = {"amount": "1", "pricing_group_keys": ["cloud"]}
    seller.charge.save()
    narrowed = ChargeFilterFactory(charge=seller.charge, invoice_display_name="Europe")

    eu = seller.verdict(n=1, region="eu")
    us = seller.verdict(name="t2", n=1, region="us", cloud="aws")

    assert (eu.is_counted, eu.detail) == (True, "Priced by the filter Europe.")
    assert eu.links[0][1].endswith(f"explain/?filter={narrowed.pk}")
    assert us.detail.startswith("It matches no filter")
    assert us.links[0][1].endswith("explain/?filter=default&group=%7B%22cloud%22%3A+%22aws%22%7D")


def test_a_billed_event_leads_to_its_fee_and_one_that_came_too_late_to_none(signed_in):
    organization = signed_in.organization
    customer = CustomerFactory(organization=organization, currency="EUR")
    billed(customer)
    invoice = Invoice.objects.get(customer=customer)
    fee = Fee.objects.get(invoice=invoice, fee_type="charge")
    event = UsageEvent.objects.of(organization).first()
    late = {
        "transaction_id": "late",
        "external_subscription_id": event.external_subscription_id,
        "code": event.code,
        "timestamp": str(event.at.timestamp()),
    }
    ingest(organization, late, at=invoice.finalized_at + timedelta(hours=1), actor=SYSTEM)

    [counted] = verdicts(organization, [event])
    page = signed_in.get("/developers/events/", {"q": "late"})

    assert counted.links == [
        (f"Invoice {invoice.number}: {fee.item_name}", f"/invoices/{invoice.pk}/fees/{fee.pk}/")
    ]
    assert [one.reason for one in page.context["verdicts"]] == ["Too late"]
    assert invoice.number in page.content.decode()


def test_what_an_amount_is_made_of_tells_events_without_a_value(seller, client):
    seller.verdict(n=3)
    seller.verdict(name="empty")
    Organization.objects.update(is_sandbox=True, sandbox_now=THEN + timedelta(hours=1))
    client.force_login(MembershipFactory(organization=seller.organization).operator)

    page = client.get(f"/subscriptions/{seller.subscription.pk}/usage/{seller.charge.pk}/explain/")

    told = {event.transaction_id: fault and fault[0] for event, fault in page.context["events"]}
    assert told == {"t": None, "empty": "No value"}
