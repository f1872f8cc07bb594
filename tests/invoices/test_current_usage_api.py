"""Over the API: the running usage, whole and narrowed to some charges."""

from datetime import datetime

import pytest

from activity.actors import COMMAND
from tests.api.client import ApiClient
from tests.factories import (
    BillableMetricFactory,
    ChargeFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
    TaxFactory,
)
from usage.operations import ingest

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2024-03-11T12:00:00+00:00")


@pytest.fixture
def sandbox():
    """Hooli has made 3 calls at 1.00 and named ann, ben and ann again as seats at 5.00; 20 % tax."""
    organization = OrganizationFactory(is_sandbox=True, sandbox_now=NOON)
    TaxFactory(organization=organization, rate=20, applied_to_organization=True)
    customer = CustomerFactory(organization=organization, external_id="hooli", currency="EUR")
    plan = PlanFactory(organization=organization)
    seats = BillableMetricFactory(
        organization=organization, code="seats", aggregation_type="unique_count_agg", field_name="who"
    )  # fmt: skip
    calls = BillableMetricFactory(organization=organization, code="calls")
    ChargeFactory(plan=plan, billable_metric=calls, code="per_call")
    ChargeFactory(plan=plan, billable_metric=seats, code="per_seat", properties={"amount": "5"})
    start = datetime.fromisoformat("2024-03-01T00:00:00+00:00")
    SubscriptionFactory(
        customer=customer, plan=plan, external_id="sub", subscription_at=start, started_at=start
    )
    used = [("calls", {})] * 3 + [("seats", {"who": name}) for name in ("ann", "ben", "ann")]
    for number, (code, properties) in enumerate(used):
        event = {
            "transaction_id": f"t{number}",
            "external_subscription_id": "sub",
            "code": code,
            "timestamp": start.timestamp() + number,
            "properties": properties,
        }
        ingest(organization, event, at=NOON, actor=COMMAND)
    return ApiClient(organization)


def usage(sandbox, **parameters):
    status, body = sandbox.get(
        "/customers/hooli/current_usage", external_subscription_id="sub", **parameters
    )
    assert status == 200
    shown = body["customer_usage"]
    charges = [
        (row["billable_metric"]["code"], row["units"], row["events_count"], row["amount_cents"])
        for row in shown["charges_usage"]
    ]
    amounts = [
        shown[f"{name}amount_cents"] for name in ("", "taxes_", "total_")
    ]  # fmt: skip
    return charges, amounts


CALLS, SEATS = ("calls", "3.0", 3, 300), ("seats", "2.0", 3, 1000)


def test_all_charges_are_shown_with_every_event_of_a_unique_count(sandbox):
    charges, amounts = usage(sandbox)

    assert sorted(charges) == [CALLS, SEATS]
    assert amounts == [1300, 260, 1560]


@pytest.mark.parametrize(
    "named",
    [{"billable_metric_code": "seats"}, {"charge_code": "per_seat"}, {"filter_by_charge_code": "per_seat"}],
)  # fmt: skip
def test_a_query_that_names_a_charge_is_answered_with_what_that_charge_comes_to(sandbox, named):
    assert usage(sandbox, **named) == ([SEATS], [1000, 200, 1200])


def test_charges_may_be_asked_for_without_taxes(sandbox):
    found = usage(sandbox, billable_metric_code="calls", apply_taxes="false")

    assert found == ([CALLS], [300, 0, 300])


def test_an_unknown_metric_has_no_usage(sandbox):
    assert usage(sandbox, billable_metric_code="unknown") == ([], [0, 0, 0])


def test_two_names_must_both_fit(sandbox):
    found = usage(sandbox, billable_metric_code="calls", charge_code="per_seat")

    assert found == ([], [0, 0, 0])
