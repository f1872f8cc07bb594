"""News that Stripe brings: signed, heard once, in whatever order."""

from __future__ import annotations

import pytest

from activity.models import OutboxMessage
from invoices.models import CreditNote, Invoice
from payments.models import CustomerProvider, Payment, PaymentMethod, PaymentReceipt, ProviderEvent
from payments.providers import seal
from tests.payments.fake_stripe import KEY, event, signature
from tests.payments.given import LATER, one_off
from tests.payments.test_stripe_refunds import refunding
from workflows.collect_payment import collect_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(client, connection):
    """Bring a body to the door as Stripe does and return the status."""

    def bring(body: bytes, signed: str | None = None) -> int:
        address = f"/webhooks/stripe/{connection.organization_id}?code=stripe-eu"
        header = signature(body) if signed is None else signed
        headers = {"Stripe-Signature": header} if header else {}
        answer = client.post(address, body, content_type="application/json", headers=headers)
        return answer.status_code

    return bring


@pytest.fixture
def waiting(stripe, payer) -> Invoice:
    """Return an invoice whose payment Stripe is processing."""
    stripe.method = "pm_processing"
    invoice = one_off(10_000, customer=payer)
    collect_payment(invoice, at=LATER)
    return invoice


def intent(stripe, status: str) -> dict:
    return stripe.intents["pi_1"] | {"status": status}


def test_news_that_come_twice_pay_once(stripe, waiting, door):
    body = event("payment_intent.succeeded", intent(stripe, "succeeded"))

    assert [door(body), door(body)] == [200, 200]

    waiting.refresh_from_db()
    assert (waiting.payment_status, waiting.total_paid_amount_cents) == ("succeeded", 10_000)
    assert PaymentReceipt.objects.count() == ProviderEvent.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="payment.succeeded").count() == 1


def test_the_same_success_under_another_event_pays_once(stripe, waiting, door):
    thing = intent(stripe, "succeeded")

    door(event("payment_intent.succeeded", thing, "evt_1"))
    door(event("payment_intent.succeeded", thing, "evt_2"))

    waiting.refresh_from_db()
    assert (waiting.total_paid_amount_cents, PaymentReceipt.objects.count()) == (10_000, 1)


@pytest.mark.parametrize("signed", ["", "t=1,v1=00", "nonsense"])
def test_a_false_signature_changes_nothing(stripe, waiting, door, signed):
    body = event("payment_intent.succeeded", intent(stripe, "succeeded"))

    assert door(body, signed) == 400
    assert door(body, signature(body, "whsec_other")) == 400
    assert door(body, signature(body + b" ")) == 400

    waiting.refresh_from_db()
    assert waiting.payment_status == "pending"
    assert not ProviderEvent.objects.exists()


def test_without_a_signing_secret_no_news_are_believed(stripe, waiting, door, connection):
    connection.secrets = seal({"secret_key": KEY})
    connection.save()
    body = event("payment_intent.succeeded", intent(stripe, "succeeded"))

    assert door(body, signature(body, "")) == 400

    waiting.refresh_from_db()
    assert waiting.payment_status == "pending"


def test_late_news_do_not_undo_a_success(stripe, waiting, door):
    door(event("payment_intent.succeeded", intent(stripe, "succeeded"), "evt_1"))
    door(event("payment_intent.processing", intent(stripe, "processing"), "evt_2"))
    failed = intent(stripe, "requires_payment_method")
    door(event("payment_intent.payment_failed", failed, "evt_3"))

    waiting.refresh_from_db()
    assert (Payment.objects.get().status, waiting.payment_status) == ("succeeded", "succeeded")


def test_news_of_a_failure_let_the_invoice_be_tried_again(stripe, waiting, door):
    failed = intent(stripe, "requires_payment_method")
    door(event("payment_intent.payment_failed", failed))

    waiting.refresh_from_db()
    assert (waiting.payment_status, waiting.ready_for_payment_processing) == ("failed", True)


def test_news_that_come_before_the_answer_find_their_payment(stripe, waiting, door):
    Payment.objects.update(status="pending", provider_payment_id=None)

    door(event("payment_intent.succeeded", intent(stripe, "succeeded")))

    payment = Payment.objects.get()
    assert (payment.status, payment.provider_payment_id) == ("succeeded", "pi_1")


def test_a_payment_made_on_a_payment_page_is_written_down(stripe, payer, door):
    invoice = one_off(10_000, customer=payer)
    facts = {"lago_payable_id": str(invoice.pk), "lago_payable_type": "Invoice"}
    thing = {"id": "pi_page", "amount": 10_000, "currency": "eur", "status": "succeeded"}

    door(event("payment_intent.succeeded", thing | {"metadata": facts}))

    invoice.refresh_from_db()
    assert (invoice.payment_status, Payment.objects.get().provider_payment_id) == (
        "succeeded",
        "pi_page",
    )


def test_news_about_strangers_are_noted_and_left_alone(stripe, waiting, door):
    thing = {"id": "pi_else", "amount": 1, "currency": "eur", "status": "succeeded"}

    assert door(event("payment_intent.succeeded", thing | {"metadata": {}}, "evt_1")) == 200
    assert door(event("invoice.paid", {"id": "in_1"}, "evt_2")) == 200

    assert Payment.objects.count() == 1
    assert ProviderEvent.objects.count() == 2


def test_news_of_a_refund_settle_its_credit_note(stripe, payer, door):
    stripe.refund_status = "pending"
    invoice = one_off(10_000, customer=payer)
    collect_payment(invoice, at=LATER)
    note = refunding(invoice, 4_000)
    assert note.refund_status == "pending"

    door(event("refund.updated", stripe.refunds["re_1"] | {"status": "succeeded"}))

    assert CreditNote.objects.get().refund_status == "succeeded"


def test_a_means_of_payment_left_at_stripe_becomes_the_default(stripe, payer, door):
    card = {"id": "pm_ok", "type": "card", "customer": "cus_known"}
    card |= {"card": {"brand": "visa", "last4": "4242"}}

    door(event("payment_method.attached", card))

    method = PaymentMethod.objects.get()
    assert (str(method), method.is_default, method.customer) == ("Visa 4242", True, payer)
    assert CustomerProvider.objects.get().payment_method_id == "pm_ok"


def test_a_lost_dispute_is_noted_on_the_invoice(stripe, payer, door):
    invoice = one_off(10_000, customer=payer)
    collect_payment(invoice, at=LATER)

    dispute = {"id": "dp_1", "payment_intent": "pi_1", "status": "lost"}
    door(event("charge.dispute.closed", dispute))

    invoice.refresh_from_db()
    assert invoice.payment_dispute_lost_at is not None


def test_an_organization_without_the_provider_has_no_door(client, db):
    address = "/webhooks/stripe/00000000-0000-0000-0000-000000000000"

    assert client.post(address, b"{}", content_type="application/json").status_code == 404
    assert client.get(address).status_code == 405
