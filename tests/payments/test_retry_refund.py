"""A refund that a provider did not answer or refused is tried again, and the money goes back once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from billing.errors import Invalid, NotAllowed
from invoices.models import CreditNote, Invoice
from payments.models import Payment, Refund
from payments.providers import News, Outcome
from tests.factories import MembershipFactory
from tests.payments.given import LATER
from tests.payments.test_stripe_refunds import refunding
from workflows.handle_payment_message import handle_payment_message
from workflows.hear_provider import hear_provider
from workflows.retry_collections import next_collection, retry_collections
from workflows.retry_refund import retry_refund

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refused(stripe, paid: Invoice, cents: int = 4_000) -> CreditNote:
    """Return a note whose refund Stripe has refused, though by now it would not any more."""
    kept = dict(stripe.intents)
    stripe.intents.clear()
    note = refunding(paid, cents)
    stripe.intents.update(kept)
    return note


def again(note: CreditNote, at=LATER + DAY) -> CreditNote:
    """Retry the refund, handle its message twice, and return the note."""
    retry_refund(note, actor=COMMAND, at=at)
    message = OutboxMessage.objects.filter(topic="refund", object_id=note.pk).latest("pk")
    handle_payment_message(message, at=at)
    handle_payment_message(message, at=at)
    note.refresh_from_db()
    return note


def sent(stripe) -> list[int]:
    return [row["amount"] for row in stripe.refunds.values()]


def silent_until_it_fails(stripe, paid: Invoice) -> CreditNote:
    """Return a note whose refund Stripe has made without ever answering."""
    stripe.silent = 1_000
    note, at = refunding(paid, 4_000), LATER
    while at := next_collection(paid.organization, at):
        retry_collections(paid.organization, at=at)
    stripe.silent = 0
    note.refresh_from_db()
    return note


def test_each_try_without_an_answer_stands_in_the_journal(stripe, paid):
    silent_until_it_fails(stripe, paid)

    refund = Refund.objects.get()
    rows = JournalEntry.objects.filter(object_id=refund.pk).order_by("pk")
    assert [row.action for row in rows] == [
        "refund.begun",
        *["refund.unanswered"] * 6,
        "refund.failed",
    ]
    assert [row.after["attempts"] for row in rows if row.action == "refund.unanswered"] == [
        *range(1, 7)
    ]
    assert (refund.status, refund.error_code) == ("failed", "provider_unreachable")


def test_a_refused_refund_is_asked_for_anew_under_a_key_of_its_own(stripe, paid):
    note = again(refused(stripe, paid))

    refund = Refund.objects.get()
    assert (note.refund_status, refund.status, refund.refusals) == ("succeeded", "succeeded", 1)
    assert {f"refund-{refund.pk}", f"refund-{refund.pk}-1"} <= set(stripe.keys)
    assert (sent(stripe), Payment.objects.get().refunded_amount_cents) == ([4_000], 4_000)
    actions = JournalEntry.objects.filter(object_id=note.pk).values_list("action", flat=True)
    assert "credit_note.refund_retried" in actions


@pytest.mark.parametrize("forgets", [False, True], ids=["with its keys", "its keys forgotten"])
def test_what_was_done_without_an_answer_is_not_done_again(stripe, paid, forgets):
    note = silent_until_it_fails(stripe, paid)
    assert (note.refund_status, sent(stripe)) == ("failed", [4_000])
    if forgets:
        stripe.keys.clear()

    note = again(note, at=LATER + 2 * DAY)

    assert (note.refund_status, sent(stripe)) == ("succeeded", [4_000])
    assert Refund.objects.get().provider_refund_id == "re_1"


def test_what_nobody_knows_is_not_retried_after_a_week(stripe, paid):
    note = silent_until_it_fails(stripe, paid)

    with pytest.raises(NotAllowed) as refusal:
        retry_refund(note, actor=COMMAND, at=LATER + 7 * DAY)

    note.refresh_from_db()
    assert refusal.value.code == "refund_outcome_unknown"
    assert (note.refund_status, Refund.objects.get().status) == ("failed", "failed")


def test_a_retry_works_after_the_customer_is_deleted(stripe, paid):
    note = refused(stripe, paid)
    paid.customer.deleted_at = LATER
    paid.customer.save()

    assert (again(note).refund_status, sent(stripe)) == ("succeeded", [4_000])


def test_late_news_about_the_refused_one_do_not_end_the_new_one(stripe, paid, connection):
    stripe.refund_status = "pending"
    note = refunding(paid, 4_000)
    refund = Refund.objects.get()
    failed = Outcome(status="failed", provider_id="re_1", error_code="lost_or_stolen_card")

    def news(name: str, outcome: Outcome, **more: str) -> bool:
        facts = {"lago_refund_id": str(refund.pk), **more}
        told = News(event_id=name, kind="refund.updated", refund=outcome, facts=facts)
        return hear_provider(connection, told, at=LATER)

    news("evt_1", failed)
    stripe.refunds.clear()
    again(note)
    news("evt_2", failed)
    refund.refresh_from_db()
    assert refund.status == "processing"

    arrived = Outcome(status="succeeded", provider_id=refund.provider_refund_id)
    news("evt_3", arrived, lago_refund_try="1")
    note.refresh_from_db()
    assert note.refund_status == "succeeded"


def test_only_what_has_failed_is_retried(stripe, paid):
    note = refunding(paid, 6_000)

    with pytest.raises(NotAllowed) as refusal:
        retry_refund(note, actor=COMMAND, at=LATER)

    assert (refusal.value.code, sent(stripe)) == ("invalid_status", [6_000])


def test_more_than_was_paid_does_not_go_back(stripe, paid):
    note = refused(stripe, paid, 4_000)
    refunding(paid, 6_000)
    Invoice.objects.filter(pk=paid.pk).update(total_paid_amount_cents=9_999)

    with pytest.raises(Invalid) as refusal:
        retry_refund(note, actor=COMMAND, at=LATER)

    note.refresh_from_db()
    expected = {"refund_amount_cents": ["higher_than_remaining_invoice_amount"]}
    assert (refusal.value.errors, note.refund_status) == (expected, "failed")
    assert sent(stripe) == [6_000]


def test_an_operator_sees_why_it_failed_and_retries_it(client, stripe, paid):
    note = refused(stripe, paid)
    client.force_login(MembershipFactory(organization=paid.organization).operator)
    page, retry = f"/credit-notes/{note.pk}/", f"/credit-notes/{note.pk}/refund/retry/"

    shown = client.get(page)
    asked = client.get(retry)
    done = client.post(retry, follow=True)

    [line] = shown.context["refunds"]
    assert (line.label, line.detail) == ("Failed", "No such intent.")
    assert "No such intent." in shown.content.decode()
    assert "Retry the refund" in [entry["label"] for entry in shown.context["actions"]]
    assert asked.context["effects"][0]["label"] == "Stripe Europe is asked to pay back €40.00"
    assert f"The refund of {note.number} is tried again." in done.content.decode()
    assert "Retry the refund" not in [entry["label"] for entry in done.context["actions"]]
    assert client.post(retry).status_code == 409
