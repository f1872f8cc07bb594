"""Refunds through Stripe, end to end."""

from __future__ import annotations

import pytest

from activity.actors import COMMAND
from activity.models import OutboxMessage
from billing.credits import NoteItem
from invoices.models import CreditNote, Fee, Invoice
from payments.models import Payment, Refund
from tests.payments.given import LATER, one_off
from workflows.handle_payment_message import handle_payment_message
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.record_payment import record_payment
from workflows.retry_collections import next_collection, retry_collections

pytestmark = pytest.mark.django_db


def refunding(invoice: Invoice, cents: int) -> CreditNote:
    """Return a credit note that refunds `cents`, as its message has been handled."""
    fee = Fee.objects.get(invoice=invoice)
    asked = NewCreditNote(items=[NoteItem(fee.pk, cents)], refund_cents=cents)
    note = issue_credit_note(invoice, asked=asked, actor=COMMAND, at=LATER)
    message = OutboxMessage.objects.get(topic="refund", object_id=note.pk)
    handle_payment_message(message, at=LATER)
    handle_payment_message(message, at=LATER)
    note.refresh_from_db()
    return note


def test_a_refund_goes_back_by_the_way_it_came_and_once(stripe, paid):
    note = refunding(paid, 4_000)

    refund = Refund.objects.get()
    assert (note.refund_status, note.refunded_at) == ("succeeded", LATER)
    assert (refund.status, refund.provider_refund_id, refund.amount_cents) == (
        "succeeded",
        "re_1",
        4_000,
    )
    assert Payment.objects.get().refunded_amount_cents == 4_000
    assert [row["amount"] for row in stripe.refunds.values()] == [4_000]
    assert stripe.refunds["re_1"]["payment_intent"] == "pi_1"
    assert f"refund-{refund.pk}" in stripe.keys


def test_a_refund_reaches_stripe_after_the_customer_is_deleted(stripe, paid):
    paid.customer.deleted_at = LATER
    paid.customer.save()

    note = refunding(paid, 4_000)

    assert note.refund_status == "succeeded"
    assert len(stripe.refunds) == 1


def test_a_refund_that_stripe_refuses_has_failed_and_frees_the_payment(stripe, paid):
    stripe.intents.clear()

    note = refunding(paid, 4_000)

    assert note.refund_status == "failed"
    assert Refund.objects.get().error_code == "resource_missing"
    assert Payment.objects.get().refunded_amount_cents == 0
    failure = OutboxMessage.objects.get(kind="credit_note.provider_refund_failure")
    assert failure.payload["provider_error"]["error_code"] == "resource_missing"


def test_a_refund_under_way_leaves_the_note_pending(stripe, paid):
    stripe.refund_status = "pending"

    note = refunding(paid, 4_000)

    assert (note.refund_status, Refund.objects.get().status) == ("pending", "processing")


def test_a_refund_without_an_answer_is_asked_for_again_and_goes_back_once(stripe, paid):
    stripe.silent = 10
    note = refunding(paid, 4_000)
    assert note.refund_status == "pending"

    stripe.silent = 0
    retry_collections(paid.organization, at=next_collection(paid.organization, LATER))

    note.refresh_from_db()
    assert note.refund_status == "succeeded"
    assert [row["amount"] for row in stripe.refunds.values()] == [4_000]


def test_money_that_came_by_hand_goes_back_by_hand(stripe, payer):
    invoice = one_off(10_000, customer=payer)
    record_payment(
        invoice, amount_cents=10_000, reference="wire", paid_at=None, actor=COMMAND, at=LATER
    )

    note = refunding(invoice, 4_000)

    assert (note.refund_status, stripe.asked) == ("pending", [])
