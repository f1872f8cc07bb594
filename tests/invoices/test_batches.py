"""Bulk actions: what they show before, what they do row by row, and what they leave alone."""

from __future__ import annotations

import uuid

import pytest

from activity.models import JournalEntry
from invoices.models import Invoice, InvoiceBatch
from invoices.tasks import run_batches
from organizations.models import Organization
from payments.models import Payment
from tests.factories import MembershipFactory
from tests.invoices.asking import address, confirm, states, told
from tests.invoices.given import a_customer, billed, one_off, paid, sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(signed_in):
    return a_customer(sandbox(signed_in.organization), name="Hooli", external_id="hooli")


def test_the_question_says_what_happens_to_which_and_why_others_are_left_out(signed_in, customer):
    due, settled = one_off(customer), paid(one_off(customer, amount_cents=2000))

    page = signed_in.get(address("pay", due, settled))

    assert told(page) == [
        "1 invoice is paid in full",
        due.number,
        "1 is left out: Nothing is due.",
    ]
    assert page.context["effects"][0]["amount"] == "€12.00"
    assert (Payment.objects.count(), InvoiceBatch.objects.count()) == (1, 0)


def test_confirmed_payments_are_recorded_with_their_reference(signed_in, customer):
    due, settled = one_off(customer), paid(one_off(customer, amount_cents=2000))

    answer = confirm(signed_in, address("pay", due, settled), reference="Statement 7")

    due.refresh_from_db()
    batch = InvoiceBatch.objects.get()
    assert answer["Location"] == f"/invoices/batches/{batch.pk}/"
    assert (due.payment_status, due.total_due_amount_cents) == ("succeeded", 0)
    assert Payment.objects.get(invoice=due).reference == "Statement 7"
    assert states() == [("done", ""), ("left_out", "Nothing is due.")]
    assert batch.finished_at is not None
    entry = JournalEntry.objects.filter(action="payment.recorded").latest("pk")
    assert (entry.actor_id, entry.request_id) == (
        str(signed_in.membership.operator_id),
        str(batch.pk),
    )


def test_payments_without_a_reference_are_not_begun(signed_in, customer):
    answer = confirm(signed_in, address("pay", one_off(customer)))

    assert (answer.status_code, InvoiceBatch.objects.count()) == (422, 0)


def test_drafts_are_finalized_as_shown(signed_in, customer):
    draft = billed(customer, grace=5)

    confirm(signed_in, address("finalize", draft))

    draft.refresh_from_db()
    assert (draft.status, draft.total_amount_cents) == ("finalized", 1560)
    assert states() == [("done", "")]


def test_all_that_match_are_chosen_without_ticks(signed_in, customer):
    one_off(customer)
    one_off(customer, amount_cents=2000)
    paid(one_off(customer, amount_cents=3000))

    page = signed_in.get(address("void", all=1, payment="due"))

    assert told(page)[0] == "2 invoices are voided"
    assert page.context["effects"][0]["amount"] == "€36.00"


def test_what_has_changed_since_it_was_shown_is_shown_again(signed_in, customer):
    first, second = one_off(customer), one_off(customer)
    asked = signed_in.get(address("void", first, second))
    paid(second)

    answer = confirm(signed_in, address("void", first, second), asked)

    assert (answer.status_code, InvoiceBatch.objects.count()) == (422, 0)
    assert "Something has changed" in answer.context["text"]
    assert told(answer)[0] == "1 invoice is voided"


def test_a_row_that_changes_while_it_waits_is_left_out_and_the_others_are_done(
    signed_in, customer, monkeypatch
):
    monkeypatch.setattr("invoices.views.batches.carry_out", lambda batch: False)
    first, second = one_off(customer), one_off(customer)
    confirm(signed_in, address("void", first, second))
    paid(first)
    waiting = signed_in.get(InvoiceBatch.objects.get().pk and "/invoices/batches/").content.decode()

    run_batches(0)

    by_invoice = {row.invoice_id: row for row in InvoiceBatch.objects.get().rows.all()}
    assert "Running" in waiting
    assert by_invoice[first.pk].state == "left_out"
    assert by_invoice[first.pk].words == "It has changed since this was shown."
    assert by_invoice[second.pk].state == "done"
    assert set(Invoice.objects.values_list("status", flat=True)) == {"finalized", "voided"}


def test_a_fault_in_one_row_does_not_hold_up_the_others(signed_in, customer, monkeypatch):
    first, second = one_off(customer), one_off(customer)
    customer.email = "ap@hooli.example"
    customer.save()
    sent = []

    def send(invoice, **who):
        if not sent:
            sent.append(invoice)
            raise RuntimeError("broken")
        sent.append(invoice)

    monkeypatch.setattr("invoices.tasks.resend_email", send)
    confirm(signed_in, address("email", first, second))

    assert len(sent) == 2
    assert sorted(states()) == [
        ("done", ""),
        ("failed", "This failed for a reason that support must look into."),
    ]


def test_a_second_press_begins_nothing_anew(signed_in, customer):
    where = address("pay", one_off(customer))
    asked, token = signed_in.get(where), uuid.uuid4()

    answers = [
        confirm(signed_in, where, asked, form_token=token, reference="Once") for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (InvoiceBatch.objects.count(), Payment.objects.count()) == (1, 1)


def test_nothing_is_done_to_invoices_of_others_or_by_who_may_not(signed_in, customer, client):
    foreign = one_off(a_customer(sandbox(MembershipFactory().organization)))
    own = one_off(customer)

    asked = signed_in.get(address("void", foreign))
    answer = confirm(signed_in, address("void", foreign), asked)
    client.force_login(
        MembershipFactory(organization=customer.organization, role="viewer").operator
    )
    refused = client.get(address("void", own))
    page = client.get("/invoices/").content.decode()

    assert (asked.context["is_refused"], answer.status_code, refused.status_code) == (
        True,
        422,
        403,
    )
    assert ('value="void"' in page, InvoiceBatch.objects.count()) == (False, 0)
    assert Organization.objects.count() == 2


def test_the_list_offers_ticks_and_its_own_parameters(signed_in, customer):
    invoice = one_off(customer)

    page = signed_in.get("/invoices/?payment=due").content.decode()

    assert f'name="row" value="{invoice.pk}" form="invoice-list-bulk"' in page
    assert '<input type="hidden" name="payment" value="due">' in page
    assert [key for key in ("finalize", "pay", "email", "void") if f'value="{key}"' in page] == [
        "finalize", "pay", "email", "void",
    ]  # fmt: skip


def test_what_is_ticked_is_a_file_too(signed_in, customer):
    first, _second = one_off(customer), one_off(customer)

    lines = b"".join(signed_in.get(address("csv", first))).decode().splitlines()

    assert (len(lines), first.number in lines[1]) == (2, True)


def test_a_batch_shows_what_needs_a_look_first(signed_in, customer):
    due, settled = one_off(customer), paid(one_off(customer, amount_cents=2000))
    answer = confirm(signed_in, address("void", due, settled))

    page = signed_in.get(answer["Location"])

    assert [row.invoice_id for row, _tone in page.context["rows"]] == [settled.pk, due.pk]
    assert "Something has been paid on it." in page.content.decode()
    assert not page.context["is_running"]
