"""Figures by month."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from invoices.models import Fee, Invoice
from tests.api.client import ApiClient
from tests.factories import (
    AT,
    ChargeFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db
MARCH = datetime(2024, 3, 15, tzinfo=UTC)


@pytest.fixture
def sandbox():
    return ApiClient(OrganizationFactory(is_sandbox=True, sandbox_now=MARCH))


def invoice(sandbox, issued, cents, **columns):
    customer = columns.pop("customer", None) or CustomerFactory(organization=sandbox.organization)
    defaults = {
        "organization": sandbox.organization,
        "customer": customer,
        "invoice_type": "one_off",
        "status": "finalized",
        "number": f"N-{Invoice.objects.count()}",
        "sequential_id": Invoice.objects.count() + 1,
        "currency": "EUR",
        "timezone": "UTC",
        "billed_at": datetime(issued.year, issued.month, issued.day, tzinfo=UTC),
        "issuing_date": issued,
        "expected_finalization_date": issued,
        "payment_due_date": issued,
        "net_payment_term": 0,
        "fees_amount_cents": cents,
        "sub_total_excluding_taxes_amount_cents": cents,
        "sub_total_including_taxes_amount_cents": cents,
        "total_amount_cents": cents,
        "created_at": AT,
        "updated_at": AT,
        "finalized_at": AT,
    }
    return Invoice.objects.create(**defaults | columns)


def test_gross_revenue_is_by_month_and_currency(sandbox):
    invoice(sandbox, date(2024, 2, 3), 100)
    invoice(sandbox, date(2024, 2, 20), 50)
    invoice(sandbox, date(2024, 3, 1), 7, currency="USD")
    invoice(sandbox, date(2024, 3, 1), 9, status="draft", sequential_id=None, finalized_at=None)
    invoice(ApiClient(OrganizationFactory()), date(2024, 3, 1), 1000)

    _, body = sandbox.get("/analytics/gross_revenue")

    february = {
        "month": "2024-02-01T00:00:00.000Z",
        "amount_cents": 150,
        "currency": "EUR",
        "invoices_count": 2,
    }
    assert body["gross_revenues"][0] == february
    assert [row["amount_cents"] for row in body["gross_revenues"]] == [150, 7]
    assert [
        row["amount_cents"]
        for row in sandbox.get("/analytics/gross_revenue", months=1)[1]["gross_revenues"]
    ] == [7]
    narrowed = sandbox.get("/analytics/gross_revenue", currency="eur", months="null")[1]
    assert narrowed["gross_revenues"] == [february]


def test_collection_is_by_payment_status(sandbox):
    invoice(sandbox, date(2024, 3, 3), 100)
    invoice(sandbox, date(2024, 3, 4), 20, payment_status="succeeded")

    _, body = sandbox.get("/analytics/invoice_collection")

    assert [
        (row["payment_status"], row["invoices_count"], row["amount_cents"])
        for row in body["invoice_collections"]
    ] == [("pending", 1, 100), ("succeeded", 1, 20)]


def test_overdue_balance_names_the_invoices(sandbox):
    late = invoice(sandbox, date(2024, 2, 3), 100, payment_overdue=True, total_paid_amount_cents=30)
    invoice(sandbox, date(2024, 2, 3), 50)

    _, body = sandbox.get(
        "/analytics/overdue_balance", external_customer_id=late.customer.external_id
    )

    assert body["overdue_balances"] == [
        {
            "month": "2024-02-01T00:00:00.000Z",
            "amount_cents": 70,
            "currency": "EUR",
            "lago_invoice_ids": [str(late.pk)],
        }
    ]


def test_usage_is_by_metric(sandbox):
    plan = PlanFactory(organization=sandbox.organization)
    charge = ChargeFactory(plan=plan, billable_metric__code="calls")
    issued = invoice(sandbox, date(2024, 3, 2), 25)
    Fee.objects.create(
        organization=sandbox.organization,
        customer=issued.customer,
        invoice=issued,
        fee_type="charge",
        charge=charge,
        item_code="calls",
        item_name="Calls",
        units=5,
        amount_cents=25,
        amount_currency="EUR",
        precise_amount_cents=25,
        created_at=AT,
        updated_at=AT,
    )

    assert sandbox.get("/analytics/invoiced_usage")[1]["invoiced_usages"] == [
        {
            "month": "2024-03-01T00:00:00.000Z",
            "code": "calls",
            "currency": "EUR",
            "amount_cents": 25,
        }
    ]
    assert sandbox.get("/analytics/usage")[1]["usages"] == [
        {
            "organization_id": str(sandbox.organization.pk),
            "start_of_period_dt": "2024-03-02",
            "end_of_period_dt": "2024-03-02",
            "amount_currency": "EUR",
            "amount_cents": 25,
            "billable_metric_code": "calls",
            "units": "5.0",
            "is_billable_metric_deleted": False,
        }
    ]
    assert sandbox.get("/analytics/usage", billable_metric_code="none")[1]["usages"] == []


def test_recurring_revenue_is_a_months_worth_of_each_running_plan(sandbox):
    yearly = PlanFactory(organization=sandbox.organization, interval="yearly", amount_cents=1200)
    monthly = PlanFactory(organization=sandbox.organization, amount_cents=30)
    customer = CustomerFactory(organization=sandbox.organization)
    SubscriptionFactory(customer=customer, plan=yearly)
    SubscriptionFactory(
        customer=customer,
        plan=monthly,
        status="terminated",
        terminated_at=datetime(2024, 2, 20, tzinfo=UTC),
    )

    _, body = sandbox.get("/analytics/mrr")

    assert [(row["month"][:7], row["amount_cents"]) for row in body["mrrs"]] == [
        ("2024-01", 130),
        ("2024-02", 100),
        ("2024-03", 100),
    ]
    assert len(sandbox.get("/analytics/mrr", months=2)[1]["mrrs"]) == 2
