"""Over the API: a deletion says what it will do, and does exactly that."""

from datetime import datetime, timedelta

import pytest

from customers.models import Customer
from subscriptions.models import Subscription
from tests.api.client import ApiClient
from tests.factories import CustomerFactory, OrganizationFactory, PlanFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2024-03-11T12:00:00.123456+00:00")


@pytest.fixture
def sandbox():
    return ApiClient(OrganizationFactory(is_sandbox=True, sandbox_now=NOON))


@pytest.fixture
def customer(sandbox):
    row = CustomerFactory(organization=sandbox.organization, external_id="hooli", currency="EUR")
    plan = PlanFactory(organization=sandbox.organization, amount_cents=3100)
    start = datetime.fromisoformat("2024-03-01T00:00:00+00:00")
    SubscriptionFactory(customer=row, plan=plan, subscription_at=start, started_at=start)
    return row


def shown(sandbox):
    status, body = sandbox.get("/customers/hooli/deletion_preview")
    assert status == 200
    return body["deletion_preview"]


def delete(sandbox, preview, **other):
    parameters = {"plan": preview["sha256"], "at": preview["at"]} | other
    response = sandbox.request("DELETE", "/customers/hooli", parameters=parameters)
    return response.status_code, response.json()


def test_a_preview_says_what_a_deletion_does(sandbox, customer):
    preview = shown(sandbox)

    assert preview["at"] == "2024-03-11T12:00:00.123456Z"
    assert [effect["kind"] for effect in preview["effects"]] == [
        "subscription", "invoice", "customer",
    ]  # fmt: skip
    assert preview["effects"][1]["total_amount_cents"] == 1100
    assert not Customer.objects.get().is_deleted


def test_a_deletion_carries_out_its_plan(sandbox, customer):
    status, body = delete(sandbox, shown(sandbox))

    assert (status, body["customer"]["external_id"]) == (200, "hooli")
    assert Customer.objects.get().deleted_at == NOON


@pytest.mark.parametrize(
    ("other", "errors"),
    [
        ({"plan": "0" * 64}, {"plan": ["plan_has_changed"]}),
        ({"at": "2024-03-11T11:44:59Z"}, {"plan": ["plan_has_expired"]}),
        ({"at": ""}, {"at": ["value_is_mandatory"]}),
    ],
)
def test_another_plan_is_refused_and_nothing_happens(sandbox, customer, other, errors):
    status, body = delete(sandbox, shown(sandbox), **other)

    assert (status, body["error_details"]) == (422, errors)
    assert not Customer.objects.get().is_deleted
    assert Subscription.objects.get().is_active


def test_a_change_in_between_is_refused(sandbox, customer):
    preview = shown(sandbox)
    SubscriptionFactory(
        customer=customer,
        plan=PlanFactory(organization=sandbox.organization),
        subscription_at=NOON - timedelta(days=1),
        started_at=NOON - timedelta(days=1),
    )

    status, body = delete(sandbox, preview)

    assert (status, body["error_details"]) == (422, {"plan": ["plan_has_changed"]})
    assert not Customer.objects.get().is_deleted


def test_nobody_previews_the_deletion_of_a_foreign_customer(sandbox, customer):
    stranger = ApiClient(OrganizationFactory())

    assert stranger.get("/customers/hooli/deletion_preview")[0] == 404
