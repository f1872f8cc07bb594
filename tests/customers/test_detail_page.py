"""A customer's page in the console."""

from __future__ import annotations

from typing import Any

import pytest

from activity.actors import COMMAND
from coupons import operations
from customers.models import Customer
from customers.views.detail import TABS
from payments.models import CustomerProvider, PaymentProvider
from subscriptions.new import NewSubscription
from tests.customers.pages import BLANK, NOON, customer_in, text
from tests.factories import (
    CouponFactory,
    CustomerFactory,
    MembershipFactory,
    PlanFactory,
    SubscriptionFactory,
)
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_an_empty_customer_has_something_to_say(signed_in: Any, tab: str) -> None:
    customer = customer_in(signed_in, external_id="hooli")

    answer = signed_in.get(f"/customers/{customer.pk}/{tab.replace('_', '-')}/")

    assert answer.status_code == 200
    page = text(answer)
    assert [f">{label}</a>" in page for label, _read in TABS.values()] == [True] * 9
    for label in ("Add a plan", "Apply coupon", "Create one-off invoice", "Edit customer", "Delete customer"):  # fmt: skip
        assert label in page
    assert "Add wallet &amp; credits" in page


def test_usage_is_open_while_something_runs(sandbox: Any) -> None:
    idle, busy = customer_in(sandbox), customer_in(sandbox)
    SubscriptionFactory(customer=busy, external_id="runs")

    assert sandbox.get(f"/customers/{idle.pk}/").context["tab_label"] == "Overview"
    shown = sandbox.get(f"/customers/{busy.pk}/")
    assert shown.context["tab_label"] == "Usage"
    assert [panel.subscription.external_id for panel in shown.context["panels"]] == ["runs"]


def test_the_health_strip_adds_up(sandbox: Any) -> None:
    customer = customer_in(sandbox, currency="EUR")
    yearly = PlanFactory(organization=sandbox.organization, interval="yearly", amount_cents=120000)
    SubscriptionFactory(customer=customer, plan=yearly)
    SubscriptionFactory(customer=customer)

    kpis = sandbox.get(f"/customers/{customer.pk}/overview/").context["kpis"]

    assert [(one["label"], one["value"]) for one in kpis] == [
        ("MRR", "€110.00"), ("Due", "€0.00"), ("Overdue", "€0.00"), ("Wallet balance", "€0.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "method", "wanted"),
    [
        ("stripe", None, ["payment method"]),
        ("stripe", "pm_1", []),
        ("manual", None, []),
        (None, None, ["payment provider"]),
    ],
)
def test_a_missing_payment_method_is_named_where_one_is_needed(
    sandbox: Any, kind: str | None, method: str | None, wanted: list[str]
) -> None:
    known = {"email": "a@example.com", "legal_name": "A", "address_line1": "1", "country": "DE"}
    customer = customer_in(sandbox, **known)
    if kind:
        common = {"organization": sandbox.organization, "created_at": NOON, "updated_at": NOON}
        provider = PaymentProvider.objects.create(kind=kind, name="P", code="p", **common)
        tie = {"customer": customer, "provider": provider, "payment_method_id": method}
        CustomerProvider.objects.create(**tie, **common)

    page = sandbox.get(f"/customers/{customer.pk}/overview/")

    assert page.context["missing"] == wanted


def test_a_stranger_finds_no_customer(signed_in: Any) -> None:
    foreign = CustomerFactory()
    paths = ["", "edit/", "delete/", "timeline/", "usage/", "subscriptions/new/"]

    answers = [signed_in.get(f"/customers/{foreign.pk}/{path}").status_code for path in paths]

    assert answers == [404] * len(paths)


def test_a_viewer_may_look_and_not_touch(client: Any) -> None:
    membership = MembershipFactory(role="viewer")
    client.force_login(membership.operator)
    customer = CustomerFactory(organization=membership.organization)

    assert client.get(f"/customers/{customer.pk}/").status_code == 200
    for path in ("edit/", "delete/", "subscriptions/new/"):
        assert client.get(f"/customers/{customer.pk}/{path}").status_code == 403
        assert client.post(f"/customers/{customer.pk}/{path}").status_code == 403
    assert client.post("/customers/new/", BLANK).status_code == 403
    assert Customer.objects.count() == 1


def test_the_timeline_tells_who_did_what_and_can_be_searched(sandbox: Any) -> None:
    customer = customer_in(sandbox, external_id="hooli", name="Hooli")
    asked = NewSubscription(external_id="sub", plan=PlanFactory(organization=sandbox.organization))
    start_subscription(customer, asked=asked, actor=COMMAND, at=NOON)
    operations.apply(
        CouponFactory(organization=sandbox.organization, name="Five off"),
        customer=customer,
        actor=COMMAND,
        at=NOON,
    )
    url = f"/customers/{customer.pk}/timeline/"

    entries = sandbox.get(url).context["entries"]
    searched = sandbox.get(url, {"q": "subscription"}).context["entries"]
    filtered = sandbox.get(url, {"about": "customer"}).context["entries"]

    assert [one["title"] for one in entries] == [
        "Coupon Five off applied", "Subscription sub added", "Customer changed",
    ]  # fmt: skip
    assert {one["actor"] for one in entries} == {"Command line"}
    assert [one["title"] for one in searched] == ["Subscription sub added"]
    assert [one["changes"] for one in filtered] == [[("Currency", "", "EUR")]]
    file = sandbox.get(url, {"about": "customer", "export": "csv"})
    [head, line] = b"".join(file.streaming_content).decode().splitlines()
    assert head.endswith("at,action,object_type,object_id,object,actor,reason,before,after")
    assert line.startswith("2024-03-11 12:00:00+00:00,customer.updated,customer,")
    assert '""currency"": ""EUR""' in line


def test_a_search_of_the_timeline_answers_with_its_list_alone(sandbox: Any) -> None:
    customer = customer_in(sandbox)
    headers = {"HX-Request": "true", "HX-Target": "div#timeline"}

    answer = sandbox.get(f"/customers/{customer.pk}/timeline/?q=x", headers=headers)

    assert text(answer).strip().startswith('<div id="timeline">')
