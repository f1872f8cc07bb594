"""Pages of invoices: what operators do with one, as it was shown, and what is refused."""

import pytest

from invoices.models import Invoice
from tests.invoices.given import NOW, a_customer, billed, one_off, paid, sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(signed_in):
    return a_customer(sandbox(signed_in.organization), name="Hooli", external_id="hooli")


def said(response):
    return [str(message) for message in response.context["messages"]]


def plan_of(page):
    """Return the plan that a question was asked with, as its form sends it back."""
    return dict(page.context["hidden"])


def test_a_draft_is_finalized_as_it_was_shown(signed_in, customer):
    draft = billed(customer, grace=30)
    address = f"/invoices/{draft.pk}/finalize/"

    question = signed_in.get(address)
    still = Invoice.objects.get().status
    response = signed_in.post(address, plan_of(question), follow=True)

    assert [row["amount"] for row in question.context["effects"]] == ["€15.60"]
    assert still == "draft"
    final = Invoice.objects.get()
    assert final.status == "finalized"
    assert said(response) == [f"Invoice {final.number} is finalized."]


def test_a_draft_that_has_changed_since_is_shown_again(signed_in, customer):
    draft = billed(customer, grace=30)
    address = f"/invoices/{draft.pk}/finalize/"
    plan = plan_of(signed_in.get(address))
    customer.organization.taxes.update(rate=10)

    response = signed_in.post(address, plan)

    assert response.status_code == 422
    assert "Something has changed since this was shown." in response.content.decode()
    assert [row["amount"] for row in response.context["effects"]] == ["€14.30"]
    assert Invoice.objects.get().status == "draft"


def test_nothing_is_finalized_without_a_plan(signed_in, customer):
    draft = billed(customer, grace=30)

    response = signed_in.post(f"/invoices/{draft.pk}/finalize/")

    assert response.status_code == 422
    assert Invoice.objects.get().status == "draft"


def test_a_draft_is_refreshed_and_deleted(signed_in, customer):
    draft = billed(customer, grace=30)
    customer.organization.taxes.update(rate=10)

    refreshed = signed_in.post(f"/invoices/{draft.pk}/refresh/", follow=True)
    asked = signed_in.get(f"/invoices/{draft.pk}/delete/")
    deleted = signed_in.post(f"/invoices/{draft.pk}/delete/", follow=True)

    assert said(refreshed) == ["The draft is worked out anew: €14.30."]
    assert asked.context["effects"][0]["label"] == "2 lines are dropped"
    assert said(deleted) == ["The draft of Hooli is deleted."]
    assert signed_in.get(f"/invoices/{draft.pk}/").status_code == 404


def test_an_unpaid_invoice_is_voided_as_it_was_shown(signed_in, customer):
    invoice = one_off(customer)
    address = f"/invoices/{invoice.pk}/void/"

    question = signed_in.get(address)
    response = signed_in.post(address, {"how": "return", **plan_of(question)}, follow=True)

    assert [row["label"] for row in question.context["effects"]] == ["The invoice is voided"]
    assert said(response) == [f"Invoice {invoice.number} is voided."]
    assert Invoice.objects.get().status == "voided"


def test_a_paid_invoice_is_voided_with_a_credit_note_only(signed_in, customer):
    invoice = paid(one_off(customer))
    address = f"/invoices/{invoice.pk}/void/"

    question = signed_in.get(address, {"how": "note", "credit": "5", "refund": "7"})
    signed_in.post(address, {"how": "return", **plan_of(question)})
    unchanged = Invoice.objects.get().status
    sent = {"how": "note", "credit": "5", "refund": "7", **plan_of(question)}
    signed_in.post(address, sent, follow=True)

    assert question.context["effects"][0]["detail"] == "€5.00 credit · €7.00 refund"
    assert unchanged == "finalized"
    invoice.refresh_from_db()
    note = invoice.credit_notes.get()
    assert (invoice.status, note.credit_amount_cents, note.refund_amount_cents) == (
        "voided",
        500,
        700,
    )


def test_a_void_that_gives_too_much_is_refused_with_words(signed_in, customer):
    invoice = paid(one_off(customer))

    page = signed_in.get(f"/invoices/{invoice.pk}/void/", {"how": "note", "credit": "500"})

    assert page.context["form"].errors
    assert "hidden" not in page.context
    assert Invoice.objects.get().status == "finalized"


def test_a_lost_dispute_is_noted(signed_in, customer):
    invoice = one_off(customer)

    signed_in.post(f"/invoices/{invoice.pk}/dispute/")

    assert Invoice.objects.get().payment_dispute_lost_at == NOW
    assert "Dispute lost" in signed_in.get(f"/invoices/{invoice.pk}/").content.decode()


def rows(*pairs, **more):
    data = {"rows-TOTAL_FORMS": len(pairs), "rows-INITIAL_FORMS": 0}
    for number, (key, value) in enumerate(pairs):
        data |= {f"rows-{number}-key": key, f"rows-{number}-value": value}
    return data | more


def test_metadata_that_somebody_else_took_out_meanwhile_can_be_kept(signed_in, customer):
    invoice = one_off(customer)
    address = f"/invoices/{invoice.pk}/metadata/"
    empty = {"rows-TOTAL_FORMS": "0", "rows-INITIAL_FORMS": "0"}
    one = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "1", "rows-0-key": "po"}
    signed_in.post(address, one | {"rows-0-value": "7"})
    held = one | {"rows-0-id": str(invoice.metadata.get().pk), "rows-0-value": "8"}
    held["rows-seen"] = signed_in.get(address).context["rows"].seen
    signed_in.post(address, empty)

    refused = signed_in.post(address, held)
    held |= {"rows-seen": refused.context["rows"].seen, "rows-po-choice": "mine"}
    saved = signed_in.post(address, held)

    [conflict] = refused.context["rows"].conflicts
    assert (conflict.mine, conflict.theirs) == ("po · 8", "nothing")
    assert (refused.status_code, saved.status_code) == (422, 303)
    assert list(invoice.metadata.values_list("key", "value")) == [("po", "8")]


def test_metadata_are_edited_row_by_row(signed_in, customer):
    invoice = one_off(customer)
    address = f"/invoices/{invoice.pk}/metadata/"

    grown = signed_in.post(address, rows(("po", "7"), **{"add-row": "rows"}))
    saved = signed_in.post(address, rows(("po", "7"), ("region", "eu")), follow=True)
    twice = signed_in.post(address, rows(("po", "7"), ("po", "8")))

    assert (grown.status_code, len(grown.context["rows"].forms)) == (200, 2)
    assert said(saved) == ["The metadata are saved."]
    assert twice.status_code == 422
    assert "Write each key once." in twice.content.decode()
    assert sorted(invoice.metadata.values_list("key", "value")) == [("po", "7"), ("region", "eu")]
