"""Pages of invoices: what they show, what they do, what they refuse, who may."""

import pytest

from activity.actors import SYSTEM
from invoices.models import BillingFailure, Fee, Invoice
from tests.factories import MembershipFactory
from tests.invoices.given import NOW, a_customer, billed, one_off, paid, sandbox
from workflows.delete_customer import delete_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(signed_in):
    return a_customer(sandbox(signed_in.organization), name="Hooli", external_id="hooli")


def test_the_list_shows_each_invoice_with_its_standing(signed_in, customer):
    due, settled = one_off(customer), paid(one_off(customer, amount_cents=2000))

    page = signed_in.get("/invoices/").content.decode()

    assert f'href="/invoices/{due.pk}/">{due.number}</a>' in page
    assert f'href="/invoices/{settled.pk}/">{settled.number}</a>' in page
    assert page.count(">Due</span>") == page.count(">Paid</span>") == 1
    assert "€12.00" in page
    assert "€24.00" in page


def test_the_list_is_searched_filtered_sorted_and_exported(signed_in, customer):
    due, settled = one_off(customer), paid(one_off(customer, amount_cents=2000))

    def numbers(**query):
        return [i.number for i, *_ in signed_in.get("/invoices/", query).context["invoices"]]

    assert numbers(q="hoo", sort="number") == [due.number, settled.number]
    assert numbers(sort="-total") == [settled.number, due.number]
    assert numbers(payment="paid") == [settled.number]
    assert numbers(payment="due", status="finalized", type="one_off") == [due.number]
    assert numbers(payment="overdue") == numbers(status="draft") == numbers(q="nobody") == []
    exported = b"".join(signed_in.get("/invoices/", {"export": "csv"}).streaming_content).decode()
    assert exported.count("\n") == 3
    assert f"{settled.number},one_off,finalized,Paid,Hooli,hooli,EUR,2400,0" in exported


def test_invoices_of_a_deleted_customer_stay_and_say_so(signed_in, customer):
    invoice = one_off(customer)
    delete_customer(customer, actor=SYSTEM, at=NOW)

    listed = signed_in.get("/invoices/", {"customer": "deleted"}).content.decode()
    page = signed_in.get(f"/invoices/{invoice.pk}/")

    assert "Deleted customer" in listed
    assert invoice.number in listed
    assert "Deleted customer" in page.content.decode()
    assert "Issue a credit note" in [entry["label"] for entry in page.context["actions"]]


def test_the_page_groups_lines_and_sums_in_the_order_of_the_calculation(signed_in, customer):
    invoice = billed(customer)

    page = signed_in.get(f"/invoices/{invoice.pk}/")

    [block] = page.context["blocks"]
    assert (block.title, block.period) == ("Scale", "1 Feb 2024 – 29 Feb 2024")
    assert [(line.fee.shown_name, line.fee.amount_cents) for line in block.lines] == [
        ("Scale", 1000),
        ("Calls", 300),
    ]
    assert [(row.label, row.cents) for row in page.context["totals"]] == [
        ("Fees", 1300),
        ("Subtotal without taxes", 1300),
        ("VAT", 260),
        ("Subtotal with taxes", 1560),
        ("Total", 1560),
        ("Due", 1560),
    ]


def test_an_amount_is_explained_down_to_its_events(signed_in, customer):
    invoice = billed(customer)
    fee = Fee.objects.get(invoice=invoice, fee_type="charge")

    page = signed_in.get(f"/invoices/{invoice.pk}/fees/{fee.pk}/")

    assert page.context["steps"] == [
        {"label": "Number of events", "detail": "3 events", "units": "3"},
        {"label": "Each unit", "units": "3", "price": "€1.00", "amount": "€3.00"},
    ]
    assert page.context["total"] == "€3.00"
    read = [(event.transaction_id, fault) for event, fault in page.context["events"]]
    assert read == [("sub-2", None), ("sub-1", None), ("sub-0", None)]
    assert '<a href="/developers/events/?q=sub-2">sub-2</a>' in page.content.decode()


def test_the_explanation_opens_in_a_drawer(signed_in, customer):
    invoice = billed(customer)
    fee = Fee.objects.get(invoice=invoice, fee_type="subscription")

    drawer = signed_in.get(
        f"/invoices/{invoice.pk}/fees/{fee.pk}/",
        headers={"HX-Request": "true", "HX-Target": "div#drawer-body"},
    ).content.decode()

    assert "<html" not in drawer
    assert "29 of 29 days of the period" in drawer


def test_billing_failures_are_listed_with_their_reason(signed_in, customer):
    park(customer)

    listed = signed_in.get("/invoices/failures/").content.decode()

    assert "The plan has another currency." in listed
    assert "1 customer left out of billing" in signed_in.get("/invoices/").content.decode()
    file = signed_in.get("/invoices/failures/", {"state": "open", "export": "csv"})
    [head, line] = b"".join(file.streaming_content).decode().splitlines()
    assert head.endswith("customer,external_customer_id,code,reason,attempts,first,last,resolved")
    assert (
        f",{customer.external_id},no_currency,The plan has another currency.,1,2024-03-10 " in line
    )


ADDRESSES = [
    "",
    "finalize/",
    "refresh/",
    "delete/",
    "dispute/",
    "metadata/",
    "void/",
]


def test_a_viewer_reads_invoices_and_changes_none(signed_in, customer):
    invoice = one_off(customer)
    signed_in.membership.role = "viewer"
    signed_in.membership.save()
    own = f"/invoices/{invoice.pk}/"

    read = [signed_in.get(address).status_code for address in ("/invoices/", own)]
    changed = [signed_in.post(own + address).status_code for address in ADDRESSES[1:]]

    assert read == [200, 200]
    assert changed == [403] * 6
    assert signed_in.get(own).context["actions"] == []
    assert Invoice.objects.get().status == "finalized"


def test_invoices_of_another_organization_are_not_found(signed_in):
    foreign = one_off(a_customer(sandbox(MembershipFactory().organization)))
    own, fee = f"/invoices/{foreign.pk}/", foreign.fees.get()

    asked = [signed_in.get(own + address).status_code for address in ("", f"fees/{fee.pk}/")]
    posted = [signed_in.post(own + address).status_code for address in ADDRESSES[1:]]

    assert asked == [404, 404]
    assert posted == [404] * 6
    assert signed_in.get("/invoices/").context["invoices"] == []


def park(customer):
    """Leave a customer out of billing."""
    BillingFailure.objects.create(
        organization=customer.organization,
        customer=customer,
        code="no_currency",
        message="The plan has another currency.",
        created_at=NOW,
        last_failed_at=NOW,
    )
