"""The form of a one-off invoice: lines, the total before, what is refused."""

import pytest

from activity.actors import SYSTEM
from invoices.models import Invoice
from tests.factories import AddOnFactory, MembershipFactory, TaxFactory
from tests.invoices.given import NOW, a_customer, sandbox
from workflows.delete_customer import delete_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(signed_in):
    organization = sandbox(signed_in.organization)
    AddOnFactory(organization=organization, name="Set-up", code="setup", amount_cents=1000)
    AddOnFactory(organization=organization, name="Hour", code="hour", amount_cents=9000)
    return a_customer(organization, name="Hooli")


def lines(*typed, currency="EUR", **more):
    data = {"lines-TOTAL_FORMS": len(typed), "lines-INITIAL_FORMS": 0, "currency": currency}
    for number, line in enumerate(typed):
        data |= {f"lines-{number}-{key}": value for key, value in ({"units": "1"} | line).items()}
    return data | more


def address(customer, verb=""):
    return f"/customers/{customer.pk}/one-off-invoice/{verb}"


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_lines_become_an_invoice(signed_in, customer):
    TaxFactory(organization=customer.organization, code="reduced", rate=7)
    sent = lines(
        {"add_on": "setup", "name": "Onboarding"},
        {"add_on": "hour", "units": "2.5", "unit_amount": "80", "taxes": ["reduced"]},
        purchase_order_number="PO 7",
    )

    response = signed_in.post(address(customer), sent, follow=True)

    invoice = Invoice.objects.get()
    assert said(response) == [f"Invoice {invoice.number} is issued to Hooli."]
    assert [(f.shown_name, f.amount_cents, f.taxes_rate) for f in invoice.fees.order_by("pk")] == [
        ("Onboarding", 1000, 20),
        ("Hour", 20000, 7),
    ]
    assert (invoice.total_amount_cents, invoice.purchase_order_number) == (22600, "PO 7")


def test_the_total_is_shown_before_anything_is_invoiced(signed_in, customer):
    htmx = {"HX-Request": "true", "HX-Target": "section#one-off-total"}
    sent = lines({"add_on": "hour", "units": "2"})

    total = signed_in.post(address(customer, "estimate/"), sent, headers=htmx).content.decode()
    nothing = signed_in.post(
        address(customer, "estimate/"), lines({"add_on": ""}), headers=htmx
    ).content.decode()

    assert "€216.00" in total
    assert "<form" not in total
    assert "Once every line is complete" in nothing
    assert Invoice.objects.count() == 0


def test_what_is_wrong_in_a_line_is_said_at_the_top_with_its_number(signed_in, customer):
    sent = lines({"add_on": "setup"}, {"add_on": "hour", "unit_amount": "1.005"})

    page = signed_in.post(address(customer), sent)

    summary = page.content.decode().partition("data-errors")[2].partition("</ul>")[0]
    assert page.status_code == 422
    assert 'Row 2, <a href="#id_lines-1-unit_amount">Unit price</a>: EUR has 2 decimals.' in summary
    assert Invoice.objects.count() == 0


def test_more_money_than_there_is_room_for_is_refused_in_words(signed_in, customer):
    page = signed_in.post(address(customer), lines({"add_on": "hour", "units": "9" * 18}))

    assert page.status_code == 422
    assert page.context["form"].errors == {"__all__": ["A value is too long or too large."]}
    assert Invoice.objects.count() == 0


def test_a_line_is_added_without_a_script(signed_in, customer):
    sent = lines({"add_on": "setup"}, **{"add-row": "lines"})

    page = signed_in.post(address(customer), sent)

    assert page.status_code == 200
    assert [form["add_on"].value() for form in page.context["lines"]] == ["setup", None]
    assert Invoice.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (lines({"add_on": ""}), "This field is required."),
        (lines({"add_on": "nothing"}), "Select a valid choice."),
        (lines({"add_on": "setup", "units": "-1"}), "greater than or equal to 0"),
        (lines({"add_on": "setup", "unit_amount": "1.001"}), "EUR has 2 decimals."),
        (lines({"add_on": "setup", "DELETE": "on"}), "Write at least one line."),
    ],
)
def test_a_wrong_line_is_refused_and_nothing_is_invoiced(signed_in, customer, sent, words):
    response = signed_in.post(address(customer), sent)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Invoice.objects.count() == 0


def test_the_currency_of_a_customer_who_has_one_is_locked(signed_in, customer):
    page = signed_in.get(address(customer)).content.decode()
    signed_in.post(address(customer), lines({"add_on": "setup"}, currency="USD"))

    assert "The customer is billed in this currency." in page
    assert Invoice.objects.get().currency == "EUR"


def test_the_first_invoice_gives_a_customer_their_currency(signed_in, customer):
    other = a_customer(customer.organization, currency=None)

    signed_in.post(address(other), lines({"add_on": "setup"}, currency="USD"))

    other.refresh_from_db()
    assert (other.currency, Invoice.objects.get().currency) == ("USD", "USD")


def test_pressing_twice_invoices_once(signed_in, customer):
    token = "0190a2b4-0000-7000-8000-000000000001"
    sent = lines({"add_on": "setup"}, form_token=token)

    first = signed_in.post(address(customer), sent)
    second = signed_in.post(address(customer), sent)

    assert Invoice.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_deleted_foreign_and_forbidden_customers_are_not_invoiced(signed_in, customer):
    gone = a_customer(customer.organization)
    delete_customer(gone, actor=SYSTEM, at=NOW)
    foreign = a_customer(sandbox(MembershipFactory().organization))

    missing = [signed_in.get(address(one)).status_code for one in (gone, foreign)]
    signed_in.membership.role = "viewer"
    signed_in.membership.save()
    refused = signed_in.post(address(customer), lines({"add_on": "setup"})).status_code

    assert (missing, refused) == ([404, 404], 403)
    assert Invoice.objects.count() == 0


def test_without_add_ons_the_page_says_what_to_do(signed_in):
    customer = a_customer(sandbox(signed_in.organization))

    page = signed_in.get(address(customer)).content.decode()

    assert "There is nothing to invoice yet" in page
    assert "/add-ons/new/" in page
