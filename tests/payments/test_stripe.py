"""Payments through Stripe, end to end: the real SDK, over HTTP, to a Stripe of our own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from invoices.models import Invoice
from payments.models import CustomerProvider, Payment, PaymentReceipt
from payments.operations.customer_provider import set_customer_provider
from tests.factories import CustomerFactory
from tests.payments.given import AT, LATER, one_off
from workflows.collect_payment import collect_payment
from workflows.handle_payment_message import handle_payment_message
from workflows.mark_overdue import mark_overdue
from workflows.record_payment import record_payment
from workflows.request_payment import request_payment
from workflows.retry_collections import next_collection, retry_collections
from workflows.retry_payment import retry_payment

pytestmark = pytest.mark.django_db


def deliver(kind: str) -> None:
    """Handle the open messages of a kind, as the worker does after the commit."""
    for message in OutboxMessage.objects.filter(kind=kind, handled_at=None).order_by("pk"):
        handle_payment_message(message, at=LATER)


def kinds() -> set[str]:
    return set(OutboxMessage.objects.filter(topic="webhook").values_list("kind", flat=True))


def test_a_finalized_invoice_is_collected(stripe, payer):
    invoice = one_off(10_000, customer=payer)

    deliver("invoice.payment")

    payment = Payment.objects.get()
    invoice.refresh_from_db()
    assert (payment.status, payment.provider_payment_id) == ("succeeded", "pi_1")
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 10_000)
    assert invoice.payment_attempts == 1
    assert PaymentReceipt.objects.count() == 1
    assert {"payment.succeeded", "invoice.payment_status_updated"} <= kinds()
    sent = stripe.intents["pi_1"]
    assert (sent["customer"], sent["currency"], sent["off_session"]) == ("cus_known", "eur", "true")
    assert sent["metadata"] == {
        "lago_payment_id": str(payment.pk),
        "lago_customer_id": str(payer.pk),
        "lago_payable_id": str(invoice.pk),
        "lago_payable_type": "Invoice",
        "lago_invoice_id": str(invoice.pk),
        "invoice_issuing_date": "2024-03-01",
        "invoice_type": "one_off",
    }
    assert f"payment-{payment.pk}" in stripe.keys


def test_a_declined_card_fails_the_payment_and_may_be_tried_again(stripe, payer):
    stripe.method = "pm_declined"
    invoice = one_off(10_000, customer=payer)

    deliver("invoice.payment")

    invoice.refresh_from_db()
    payment = Payment.objects.get()
    assert (payment.status, payment.error_code) == ("failed", "insufficient_funds")
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("failed", 0)
    assert invoice.ready_for_payment_processing
    failure = OutboxMessage.objects.get(kind="invoice.payment_failure")
    assert failure.payload["provider_error"]["error_code"] == "insufficient_funds"

    stripe.method = "pm_ok"
    OutboxMessage.objects.filter(topic="payment").update(handled_at=LATER)
    retry_payment(invoice, actor=COMMAND, at=LATER)
    deliver("invoice.payment")

    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.payment_attempts) == ("succeeded", 2)
    assert stripe.moved_cents() == 10_000


def test_a_payment_that_needs_action_is_processing(stripe, payer):
    stripe.method = "pm_action"
    invoice = one_off(10_000, customer=payer)

    deliver("invoice.payment")

    payment = Payment.objects.get()
    invoice.refresh_from_db()
    assert (payment.status, payment.provider_status) == ("processing", "requires_action")
    assert payment.next_action == {"type": "redirect_to_url"}
    assert (invoice.payment_status, invoice.ready_for_payment_processing) == ("pending", False)
    assert "payment.requires_action" in kinds()


def test_an_amount_too_small_for_stripe_has_not_failed(stripe, payer):
    invoice = one_off(49, customer=payer)

    deliver("invoice.payment")

    invoice.refresh_from_db()
    assert (Payment.objects.get().status, invoice.payment_status) == ("pending", "pending")
    assert invoice.ready_for_payment_processing
    assert next_collection(invoice.organization, AT) is None


def test_a_wrong_key_of_the_api_fails_with_what_stripe_says(stripe, payer, connection):
    from payments.providers import seal

    connection.secrets = seal({"secret_key": "sk_test_other"})
    connection.save()
    one_off(10_000, customer=payer)

    deliver("invoice.payment")

    payment = Payment.objects.get()
    assert (payment.status, payment.error_code) == ("failed", "authentication_failed")


def test_without_an_answer_the_same_payment_is_asked_for_again_and_moves_once(stripe, payer):
    invoice = one_off(10_000, customer=payer)
    stripe.silent = 10

    collect_payment(invoice, at=AT)

    assert Payment.objects.get().status == "pending"
    assert stripe.moved_cents() in (0, 10_000)
    assert next_collection(invoice.organization, AT) == AT + timedelta(minutes=5)
    assert retry_collections(invoice.organization, at=AT) == 0

    stripe.silent = 0
    assert retry_collections(invoice.organization, at=AT + timedelta(minutes=5)) == 1

    invoice.refresh_from_db()
    assert (Payment.objects.get().status, invoice.payment_status) == ("succeeded", "succeeded")
    assert stripe.moved_cents() == 10_000


def test_after_six_tries_without_an_answer_the_payment_has_failed(payer, stripe, settings):
    settings.STRIPE_API_ADDRESS = "http://127.0.0.1:9"
    invoice = one_off(10_000, customer=payer)
    collect_payment(invoice, at=AT)
    at = AT

    while following := next_collection(invoice.organization, at):
        at = following
        retry_collections(invoice.organization, at=at)

    payment = Payment.objects.get()
    assert (payment.status, payment.error_code) == ("failed", "provider_unreachable")
    assert payment.attempts == 6
    assert at - AT < timedelta(hours=24)


def test_asked_twice_the_money_moves_once(stripe, payer):
    invoice = one_off(10_000, customer=payer)

    collect_payment(invoice, at=LATER)
    collect_payment(invoice, at=LATER)

    assert Payment.objects.count() == 1
    assert stripe.moved_cents() == 10_000


def test_only_what_is_still_due_is_collected(stripe, payer):
    invoice = one_off(10_000, customer=payer)
    record_payment(
        invoice, amount_cents=4_000, reference="wire", paid_at=None, actor=COMMAND, at=LATER
    )

    deliver("invoice.payment")

    invoice.refresh_from_db()
    assert stripe.moved_cents() == 6_000
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 10_000)


def test_what_exceeds_the_due_is_noted_and_not_counted(stripe, payer):
    stripe.method = "pm_processing"
    invoice = one_off(10_000, customer=payer)
    deliver("invoice.payment")
    record_payment(
        invoice, amount_cents=4_000, reference="wire", paid_at=None, actor=COMMAND, at=LATER
    )

    from payments.providers import Outcome
    from workflows.conclude_payment import conclude_payment

    through_stripe = Payment.objects.get(provider__isnull=False)
    conclude_payment(through_stripe, outcome=Outcome(status="succeeded"), actor=COMMAND, at=LATER)

    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 10_000)
    entry = JournalEntry.objects.get(action="payment.exceeded_due")
    assert entry.after == {"unapplied_cents": 4_000, "currency": "EUR"}


@pytest.mark.parametrize(
    "columns",
    [{"self_billed": True}, {"status": "voided", "voided_at": AT}, {"payment_status": "succeeded"}],
)
def test_what_is_not_to_be_collected_is_not(stripe, payer, columns):
    invoice = one_off(10_000, customer=payer)
    Invoice.objects.update(**columns)

    assert collect_payment(invoice, at=LATER) is None
    assert stripe.asked == []


def test_a_customer_without_provider_is_left_alone(stripe, db):
    invoice = one_off(10_000)

    assert collect_payment(invoice, at=LATER) is None
    assert stripe.asked == []


def test_an_invoice_of_a_deleted_customer_is_collected(stripe, payer):
    invoice = one_off(10_000, customer=payer)
    payer.deleted_at = LATER
    payer.save()

    deliver("invoice.payment")

    invoice.refresh_from_db()
    assert invoice.payment_status == "succeeded"


def test_a_payment_request_is_collected_in_one_payment(stripe, payer):
    first, second = one_off(1_000, customer=payer), one_off(2_000, customer=payer)
    mark_overdue(payer.organization, at=LATER)
    request = request_payment(
        payer, invoice_ids=[first.pk, second.pk], email=None, actor=COMMAND, at=LATER
    )

    deliver("payment_request.payment")

    request.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (stripe.moved_cents(), len(stripe.intents)) == (3_000, 1)
    assert request.payment_status == "succeeded"
    assert first.payment_status == second.payment_status == "succeeded"


def test_a_customer_is_created_at_stripe_and_their_invoices_collected(stripe, connection):
    customer = CustomerFactory(organization=connection.organization, email="a@b.example")
    given = {"payment_provider": "stripe", "sync_with_provider": True}
    set_customer_provider(customer, given, actor=COMMAND, at=AT)
    invoice = one_off(10_000, customer=customer)
    deliver("invoice.payment")
    assert stripe.intents == {}

    deliver("customer.provider_sync")
    deliver("customer.provider_sync")

    tie = CustomerProvider.objects.get()
    assert (tie.provider_customer_id, len(stripe.customers)) == ("cus_1", 1)
    assert stripe.customers["cus_1"]["metadata"]["lago_customer_id"] == str(customer.pk)
    assert OutboxMessage.objects.filter(kind="customer.payment_provider_created").count() == 1
    deliver("invoice.payment")
    invoice.refresh_from_db()
    assert invoice.payment_status == "succeeded"
