"""GoCardless, end to end: the real SDK, over HTTP, to a GoCardless of our own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from activity.actors import COMMAND
from customers.models import Customer
from invoices.models import CreditNote, Invoice
from payments.models import CustomerProvider, Payment, PaymentMethod, PaymentProvider, Refund
from payments.operations.connections import ConnectionTerms, create_connection
from payments.operations.customer_provider import set_customer_provider
from tests.factories import CustomerFactory, OrganizationFactory
from tests.payments import fake_gocardless
from tests.payments.fake_gocardless import event, events, signature
from tests.payments.given import AT, LATER, one_off
from tests.payments.test_stripe_refunds import refunding
from workflows.collect_payment import collect_payment
from workflows.create_provider_customer import create_provider_customer
from workflows.open_provider_page import open_payment_page, open_setup_page
from workflows.retry_collections import next_collection, retry_collections

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(settings) -> Iterator[fake_gocardless.FakeGoCardless]:
    with fake_gocardless.serving() as fake:
        settings.GOCARDLESS_API_ADDRESS = fake.address
        yield fake


@pytest.fixture
def payer(db: None) -> Customer:
    secrets = {
        "access_token": fake_gocardless.TOKEN,
        "webhook_secret": fake_gocardless.WEBHOOK_SECRET,
    }
    connection = create_connection(
        OrganizationFactory(),
        kind="gocardless",
        terms=ConnectionTerms(name="GoCardless", code="gc", secrets=secrets),
        actor=COMMAND,
        at=AT,
    )
    customer = CustomerFactory(organization=connection.organization, email="a@example.com")
    given = {"payment_provider": "gocardless", "provider_customer_id": "CU_known"}
    set_customer_provider(customer, given, actor=COMMAND, at=AT)
    return customer


@pytest.fixture
def door(client, payer):
    def bring(body: bytes, signed: str | None = None) -> int:
        address = f"/webhooks/gocardless/{payer.organization_id}?code=gc"
        headers = {"Webhook-Signature": signature(body) if signed is None else signed}
        answer = client.post(address, body, content_type="application/json", headers=headers)
        return answer.status_code

    return bring


def collected(payer: Customer) -> tuple[Invoice, Payment]:
    invoice = one_off(10_000, customer=payer)
    payment = collect_payment(invoice, at=LATER)
    assert payment is not None
    return invoice, payment


def confirmed(bank, payer, door) -> Invoice:
    invoice, _ = collected(payer)
    bank.rows["payments"]["PA1"]["status"] = "confirmed"
    assert door(events(event("payments", "confirmed", payment="PA1"))) == 200
    invoice.refresh_from_db()
    return invoice


def test_a_debit_is_under_way_until_the_bank_confirms_it(bank, payer, door):
    invoice, payment = collected(payer)

    assert (payment.status, payment.provider_payment_id) == ("processing", "PA1")
    sent = bank.rows["payments"]["PA1"]
    assert (sent["amount"], sent["currency"]) == (10_000, "EUR")
    assert sent["links"] == {"mandate": "MD1"}
    assert sent["metadata"]["lago_payment_id"] == str(payment.pk)

    sent["status"] = "confirmed"
    body = events(event("payments", "confirmed", payment="PA1"))
    assert [door(body), door(body)] == [200, 200]

    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 10_000)


def test_a_debit_that_the_bank_refuses_has_failed(bank, payer, door):
    invoice, _ = collected(payer)
    bank.rows["payments"]["PA1"]["status"] = "failed"

    door(events(event("payments", "failed", payment="PA1")))

    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.ready_for_payment_processing) == ("failed", True)


def test_without_a_mandate_nothing_is_debited(bank, payer):
    bank.rows["mandates"].clear()

    _, payment = collected(payer)

    assert (payment.status, payment.error_code) == ("failed", "no_payment_method")


def test_without_an_answer_the_money_moves_once(bank, payer):
    bank.silent = 100
    _, payment = collected(payer)
    assert payment.status == "pending"

    bank.silent = 0
    retry_collections(payer.organization, at=next_collection(payer.organization, LATER))
    retry_collections(payer.organization, at=LATER)

    payment.refresh_from_db()
    assert (payment.status, len(bank.rows["payments"])) == ("processing", 1)


def test_a_refund_is_confirmed_by_its_total(bank, payer, door):
    invoice = confirmed(bank, payer, door)

    refunding(invoice, 3_000)
    note = refunding(invoice, 4_000)

    sent = [row["total_amount_confirmation"] for row in bank.rows["refunds"].values()]
    assert sent == [3_000, 7_000]
    assert note.refund_status == "pending"
    bank.rows["refunds"]["RE2"]["status"] = "paid"
    door(events(event("refunds", "paid", "EV2", refund="RE2")))
    note.refresh_from_db()
    assert note.refund_status == "succeeded"
    assert Refund.objects.filter(status="processing").count() == 1
    assert Payment.objects.get().refunded_amount_cents == 7_000


@pytest.mark.parametrize("signed", ["", "00"])
def test_a_false_signature_changes_nothing(bank, payer, door, signed):
    invoice, _ = collected(payer)
    bank.rows["payments"]["PA1"]["status"] = "confirmed"
    body = events(event("payments", "confirmed", payment="PA1"))

    assert door(body, signed) == 400
    assert door(body, signature(body, "other")) == 400

    invoice.refresh_from_db()
    assert invoice.payment_status == "pending"


def test_without_a_signing_secret_no_news_are_believed(bank, payer, door):
    from payments.providers import seal

    PaymentProvider.objects.update(secrets=seal({"access_token": fake_gocardless.TOKEN}))
    body = events(event("payments", "confirmed", payment="PA1"))

    assert door(body, signature(body, "")) == 400


def test_news_that_cannot_be_asked_about_are_to_come_again(bank, payer, door, settings):
    settings.GOCARDLESS_API_ADDRESS = "http://127.0.0.1:9"

    assert door(events(event("payments", "confirmed", payment="PA1"))) == 503


def test_a_signed_mandate_becomes_the_default(bank, payer, door):
    door(events(event("mandates", "active", mandate="MD1")))

    assert str(PaymentMethod.objects.get()) == "Mandate REF-1"
    assert CustomerProvider.objects.get().payment_method_id == "MD1"


def test_a_customer_is_created_and_led_to_pages(bank, payer):
    CustomerProvider.objects.update(provider_customer_id=None)

    create_provider_customer(payer, at=LATER)

    assert CustomerProvider.objects.get().provider_customer_id == "CU1"
    assert bank.rows["customers"]["CU1"]["email"] == "a@example.com"
    payer.refresh_from_db()
    assert open_setup_page(payer) == f"{bank.address}/flow/BI1"
    assert open_payment_page(one_off(10_000, customer=payer)) == f"{bank.address}/flow/BI2"
    asked = bank.rows["billing_requests"]["BI2"]["payment_request"]
    assert (asked["amount"], asked["currency"]) == (10_000, "EUR")


def test_a_wrong_token_fails_with_what_gocardless_says(bank, payer):
    from payments.providers import seal

    PaymentProvider.objects.update(secrets=seal({"access_token": "sandbox_other"}))

    _, payment = collected(payer)

    assert (payment.status, payment.error_code) == ("failed", "access_token_not_found")
    assert not CreditNote.objects.exists()
