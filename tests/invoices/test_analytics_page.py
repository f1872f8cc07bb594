"""The analytics page: figures in one currency, drawn, linked, the same as the API's."""

from datetime import UTC, datetime

import pytest

from invoices.models import Invoice
from tests.factories import MembershipFactory
from tests.invoices.given import a_customer, billed, one_off, paid, sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(signed_in):
    signed_in.organization.default_currency = "EUR"
    return sandbox(signed_in.organization)


def values(page):
    return {item["label"]: item["value"] for item in page.context["kpis"]}


def test_the_figures_are_those_of_the_invoices(signed_in, organization):
    billed(a_customer(organization, name="Hooli"))
    paid(one_off(a_customer(organization, name="Globex"), amount_cents=10000))

    page = signed_in.get("/analytics/")

    assert values(page) == {
        "Invoiced this month": "€135.60",
        "Monthly recurring revenue": "€10.00",
        "Due": "€15.60",
        "Overdue": "€0.00",
    }
    assert [(row["label"], row["count"], row["amount"]) for row in page.context["collection"]] == [
        ("Paid", 1, "€120.00"),
        ("Not paid yet", 1, "€15.60"),
    ]
    assert [(row["label"], row["amount"]) for row in page.context["usage"]] == [("Calls", "€3.00")]
    assert [(row["label"], row["amount"]) for row in page.context["customers"]] == [
        ("Globex", "€120.00"),
        ("Hooli", "€15.60"),
    ]
    assert [bar.title for bar in page.context["revenue"].bars][-2:] == [
        "Feb 2024: €0.00",
        "Mar 2024: €135.60",
    ]


def test_what_is_overdue_stands_by_the_month_it_was_due_in(signed_in, organization):
    one_off(a_customer(organization), at=datetime(2024, 1, 5, tzinfo=UTC))
    Invoice.objects.update(payment_overdue=True)

    page = signed_in.get("/analytics/")

    assert values(page)["Overdue"] == "€12.00"
    assert page.context["overdue"] == [{"label": "January 2024", "count": 1, "amount": "€12.00"}]
    assert "/invoices/?payment=overdue" in page.content.decode()


def test_currencies_are_never_summed_up(signed_in, organization):
    one_off(a_customer(organization))
    Invoice.objects.update(currency="USD")
    one_off(a_customer(organization))

    page = signed_in.get("/analytics/", {"currency": "USD", "months": "6"})

    assert page.context["currencies"] == ["EUR", "USD"]
    assert values(page)["Invoiced this month"] == "$12.00"
    assert len(page.context["revenue"].bars) == 6


def test_an_organization_without_invoices_is_told_so(signed_in, organization):
    one_off(a_customer(sandbox(MembershipFactory().organization)))

    page = signed_in.get("/analytics/", {"currency": "nonsense", "months": "-1"})

    assert "Nothing has been invoiced yet" in page.content.decode()
    assert values(page)["Due"] == "€0.00"
