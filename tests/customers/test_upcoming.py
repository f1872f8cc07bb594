"""The upcoming invoice of a customer is the one that comes, and showing it leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activity.actors import SYSTEM
from activity.models import JournalEntry, OutboxMessage
from invoices.models import Invoice
from subscriptions.new import NewSubscription
from tests.factories import ChargeFactory, CustomerFactory, PlanFactory
from tests.invoices.given import sandbox
from usage.operations import ingest
from workflows.bill_due import bill_due
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db
BEGIN = datetime(2024, 2, 1, tzinfo=UTC)
NOW = datetime(2024, 2, 10, 12, tzinfo=UTC)


@pytest.fixture
def customer(signed_in: Any) -> Any:
    """Somebody with two plans, a monthly and a yearly one, who has used three units at 1.00."""
    organization = sandbox(signed_in.organization, at=NOW)
    found = CustomerFactory(organization=organization, currency="EUR")
    for name, interval in (("month", "monthly"), ("year", "yearly")):
        plan = PlanFactory(organization=organization, interval=interval, name=name)
        charge = ChargeFactory(plan=plan)
        asked = NewSubscription(external_id=name, plan=plan)
        start_subscription(found, asked=asked, actor=SYSTEM, at=BEGIN)
        for number in range(3):
            event = {
                "transaction_id": f"{name}{number}",
                "external_subscription_id": name,
                "code": charge.billable_metric.code,
                "timestamp": (BEGIN + timedelta(days=1)).timestamp(),
            }
            ingest(organization, event, at=NOW, actor=SYSTEM)
    return found


def test_the_upcoming_invoice_is_the_one_that_comes(signed_in: Any, customer: Any) -> None:
    before = [model.objects.count() for model in (Invoice, JournalEntry, OutboxMessage)]

    shown = signed_in.get(f"/customers/{customer.pk}/upcoming-invoice/").context["upcoming"]

    after = [model.objects.count() for model in (Invoice, JournalEntry, OutboxMessage)]
    bill_due(customer.organization, at=datetime(2024, 3, 1, 0, 10, tzinfo=UTC))
    invoice = Invoice.objects.get(customer=customer)
    assert before == after
    assert shown.total_cents == invoice.total_amount_cents == 1560
    assert (shown.issuing_date, shown.payment_due_date) == (
        invoice.issuing_date,
        invoice.payment_due_date,
    )
    assert shown.subscriptions == ("month",)
    assert sorted(line.amount_cents for line in shown.lines) == [300, 1000]


def test_whose_nothing_runs_has_no_upcoming_invoice(signed_in: Any) -> None:
    idle = CustomerFactory(organization=signed_in.organization)

    page = signed_in.get(f"/customers/{idle.pk}/upcoming-invoice/")
    overview = signed_in.get(f"/customers/{idle.pk}/overview/").content.decode()

    assert "Nothing runs" in page.content.decode()
    assert "upcoming-invoice" not in overview


def test_the_overview_fetches_it_and_the_usage_tab_is_live(signed_in: Any, customer: Any) -> None:
    overview = signed_in.get(f"/customers/{customer.pk}/overview/").content.decode()
    usage = signed_in.get(f"/customers/{customer.pk}/usage/").content.decode()

    assert f'hx-get="/customers/{customer.pk}/upcoming-invoice/"' in overview
    assert f'data-live hx-get="/customers/{customer.pk}/usage/"' in usage
