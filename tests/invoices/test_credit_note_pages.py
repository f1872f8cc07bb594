"""Pages of credit notes: issue, estimate, read, void."""

import pytest

from activity.actors import SYSTEM
from invoices.models import CreditNote
from tests.factories import MembershipFactory
from tests.invoices.given import NOW, a_customer, billed, one_off, paid, sandbox
from workflows.delete_customer import delete_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(signed_in):
    return a_customer(sandbox(signed_in.organization), name="Hooli", external_id="hooli")


def form(invoice, way="credit", amount="5", **more):
    """Fill in the form: `amount` of the first line."""
    fee = invoice.fees.order_by("created_at", "pk").first()
    return {f"item-{fee.pk}": amount, "way": way, "reason": "other", **more}


def new(invoice):
    return f"/invoices/{invoice.pk}/credit-notes/new/"


def said(response):
    return [str(message) for message in response.context["messages"]]


def parts(note):
    return note.credit_amount_cents, note.refund_amount_cents, note.offset_amount_cents


def test_the_form_opens_with_all_that_is_left_and_what_it_is_worth(signed_in, customer):
    page = signed_in.get(new(paid(one_off(customer))))

    assert [(left, str(field.value())) for _, left, field in page.context["form"].items] == [
        (1000, "10.00")
    ]
    assert page.context["estimate"].worth.total_amount_cents == 1200


@pytest.mark.parametrize(("way", "expected"), [("credit", (600, 0, 0)), ("refund", (0, 600, 0))])
def test_a_credit_note_on_a_paid_invoice_is_credit_or_refund(signed_in, customer, way, expected):
    invoice = paid(one_off(customer))

    response = signed_in.post(new(invoice), form(invoice, way, description="Late"), follow=True)

    note = CreditNote.objects.get()
    assert response.redirect_chain == [(f"/credit-notes/{note.pk}/", 303)]
    assert said(response) == [f"Credit note {note.number} is issued."]
    assert (parts(note), note.description) == (expected, "Late")


def test_what_is_due_is_offset_first_and_the_rest_becomes_credit(signed_in, customer):
    invoice = one_off(customer)

    signed_in.post(new(invoice), form(invoice, "offset", "10"))

    invoice.refresh_from_db()
    assert parts(CreditNote.objects.get()) == (0, 0, 1200)
    assert (invoice.total_due_amount_cents, invoice.payment_status) == (0, "succeeded")


def test_a_credit_note_is_split_by_hand(signed_in, customer):
    invoice = paid(one_off(customer))

    signed_in.post(new(invoice), form(invoice, "split", credit="2", refund="4"))

    assert parts(CreditNote.objects.get()) == (200, 400, 0)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "10.01"}, "This is more than what is left of the line."),
        ({"amount": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"amount": "1.001"}, "EUR has 2 decimals."),
        ({"amount": ""}, "Give back something of at least one line."),
        ({"way": "split", "credit": "2"}, "The parts do not add up to what the lines are worth."),
        ({"way": "split", "refund": "100"}, "This is more than the invoice has left."),
        ({"way": "gift"}, "Select a valid choice."),
    ],
)
def test_a_wrong_credit_note_is_refused_and_changes_nothing(signed_in, customer, typed, words):
    invoice = paid(one_off(customer))

    response = signed_in.post(new(invoice), form(invoice, **typed))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert CreditNote.objects.count() == 0


def test_the_worth_is_estimated_while_one_types(signed_in, customer):
    invoice = paid(one_off(customer))
    address = f"/invoices/{invoice.pk}/credit-notes/estimate/"
    htmx = {"HX-Request": "true", "HX-Target": "section#credit-note-estimate"}

    part = signed_in.post(address, form(invoice, "refund", "2.50"), headers=htmx)
    wrong = signed_in.post(address, form(invoice, "refund", "99"), headers=htmx)
    without_script = signed_in.post(address, form(invoice, "refund", "2.50"))

    assert "€3.00" in part.content.decode()
    assert "<form" not in part.content.decode()
    assert "Correct the marked fields" in wrong.content.decode()
    assert '<form class="form" id="credit-note-form"' in without_script.content.decode()
    assert CreditNote.objects.count() == 0


def test_a_credit_note_is_issued_after_the_customer_is_deleted(signed_in, customer):
    invoice = paid(one_off(customer))
    delete_customer(customer, actor=SYSTEM, at=NOW)

    response = signed_in.post(new(invoice), form(invoice, "refund"), follow=True)

    assert parts(CreditNote.objects.get()) == (0, 600, 0)
    assert "Deleted customer" in response.content.decode()


def test_a_draft_takes_no_credit_note(signed_in, customer):
    draft = billed(customer, grace=30)

    response = signed_in.get(new(draft))

    assert response.status_code == 409
    assert "A draft invoice takes no credit note." in response.content.decode()


def test_what_was_given_back_wholly_has_nothing_left(signed_in, customer):
    invoice = paid(one_off(customer))
    signed_in.post(new(invoice), form(invoice, "credit", "10"))

    page = signed_in.get(new(invoice)).content.decode()

    assert "Nothing is left to give back" in page


def test_a_credit_note_shows_how_it_is_worked_out_and_is_voided(signed_in, customer):
    invoice = paid(one_off(customer))
    signed_in.post(new(invoice), form(invoice, "credit"))
    note = CreditNote.objects.get()
    own = f"/credit-notes/{note.pk}/"

    page = signed_in.get(own)
    question = signed_in.get(own + "void/")
    response = signed_in.post(own + "void/", follow=True)

    assert [(row.label, row.cents) for row in page.context["totals"]] == [
        ("Items", 500),
        ("Subtotal without taxes", 500),
        ("VAT", 100),
        ("Total", 600),
        ("As credit", 600),
        ("Credit left", 600),
    ]
    assert question.context["effects"][0]["amount"] == "€6.00"
    assert said(response) == [f"The credit of {note.number} is voided."]
    assert CreditNote.objects.get().balance_amount_cents == 0
    assert signed_in.post(own + "void/").status_code == 409


def test_what_became_of_a_refund_is_noted(signed_in, customer):
    invoice = paid(one_off(customer))
    signed_in.post(new(invoice), form(invoice, "refund"))
    signed_in.post(new(invoice), form(invoice, "credit", "1"))
    refunding = CreditNote.objects.get(refund_status="pending")
    crediting = CreditNote.objects.get(refund_status=None)

    sent = {"refund_status": "succeeded"}
    noted = signed_in.post(f"/credit-notes/{refunding.pk}/refund/", sent, follow=True)
    unknown = signed_in.post(f"/credit-notes/{refunding.pk}/refund/", {"refund_status": "lost"})
    nothing = signed_in.post(f"/credit-notes/{crediting.pk}/refund/", sent)

    refunding.refresh_from_db()
    assert f"The refund of {refunding.number} is noted as succeeded." in said(noted)
    assert (refunding.refund_status, refunding.refunded_at) == ("succeeded", NOW)
    assert (unknown.status_code, nothing.status_code) == (422, 422)
    assert CreditNote.objects.get(pk=crediting.pk).refund_status is None


def test_the_list_is_searched_and_filtered(signed_in, customer):
    invoice = paid(one_off(customer))
    signed_in.post(new(invoice), form(invoice, "credit"))
    signed_in.post(new(invoice), form(invoice, "refund"))

    def shown(**query):
        page = signed_in.get("/credit-notes/", query)
        return [(note.credit_status, note.refund_status) for note, _ in page.context["notes"]]

    assert len(shown(q="hooli")) == len(shown(q=invoice.number)) == 2
    assert shown(credit="available") == [("available", None)]
    assert shown(refund="pending") == [(None, "pending")]
    assert shown(customer="deleted") == shown(q="nobody") == []


def test_a_viewer_and_a_stranger_issue_and_void_nothing(signed_in, customer):
    invoice = paid(one_off(customer))
    signed_in.post(new(invoice), form(invoice, "credit"))
    note = CreditNote.objects.get()
    foreign = one_off(a_customer(sandbox(MembershipFactory().organization)))

    strange = signed_in.post(new(foreign), form(foreign))
    signed_in.membership.role = "viewer"
    signed_in.membership.save()
    refused = [
        signed_in.post(new(invoice), form(invoice)).status_code,
        signed_in.post(f"/credit-notes/{note.pk}/void/").status_code,
    ]

    assert (strange.status_code, refused) == (404, [403, 403])
    assert signed_in.get(f"/credit-notes/{note.pk}/").status_code == 200
    assert CreditNote.objects.get().balance_amount_cents == 600
