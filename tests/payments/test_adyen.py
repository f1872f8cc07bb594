"""Adyen, end to end: the real SDK, over HTTP, to an Adyen of our own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from activity.actors import COMMAND
from billing.errors import Invalid
from customers.models import Customer
from invoices.models import Invoice
from payments.models import CustomerProvider, Payment, PaymentMethod, PaymentProvider
from payments.operations.connections import ConnectionTerms, create_connection
from payments.operations.customer_provider import set_customer_provider
from payments.providers import seal
from tests.factories import CustomerFactory, OrganizationFactory
from tests.payments import fake_adyen
from tests.payments.fake_adyen import notification
from tests.payments.given import AT, LATER, one_off
from tests.payments.test_stripe_refunds import refunding
from workflows.collect_payment import collect_payment
from workflows.create_provider_customer import create_provider_customer
from workflows.open_provider_page import open_payment_page, open_setup_page
from workflows.retry_collections import next_collection, retry_collections

pytestmark = pytest.mark.django_db
TERMS = {
    "name": "Adyen",
    "code": "adyen",
    "secrets": {"api_key": fake_adyen.KEY, "hmac_key": fake_adyen.HMAC_KEY},
    "settings": {"merchant_account": fake_adyen.MERCHANT},
}


@pytest.fixture
def adyen(settings) -> Iterator[fake_adyen.FakeAdyen]:
    with fake_adyen.serving() as fake:
        settings.ADYEN_API_ADDRESS = fake.address
        yield fake


@pytest.fixture
def payer(db: None) -> Customer:
    connection = create_connection(
        OrganizationFactory(),
        kind="adyen",
        terms=ConnectionTerms(**TERMS),
        actor=COMMAND,
        at=AT,
    )
    customer = CustomerFactory(organization=connection.organization)
    given = {"payment_provider": "adyen", "provider_customer_id": "shopper"}
    set_customer_provider(customer, given, actor=COMMAND, at=AT)
    return customer


@pytest.fixture
def door(client, payer):
    def bring(body: bytes) -> int:
        address = f"/webhooks/adyen/{payer.organization_id}"
        return client.post(address, body, content_type="application/json").status_code

    return bring


def collected(payer: Customer) -> tuple[Invoice, Payment]:
    invoice = one_off(10_000, customer=payer)
    payment = collect_payment(invoice, at=LATER)
    assert payment is not None
    invoice.refresh_from_db()
    return invoice, payment


def test_stored_details_are_charged(adyen, payer):
    invoice, payment = collected(payer)

    assert (payment.status, payment.provider_payment_id) == ("succeeded", "PSP1")
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 10_000)
    asked = adyen.payments["PSP1"]["asked"]
    assert asked["amount"] == {"value": 10_000, "currency": "EUR"}
    assert asked["paymentMethod"]["storedPaymentMethodId"] == "SPM1"
    assert (asked["shopperReference"], asked["shopperInteraction"]) == ("shopper", "ContAuth")
    assert f"payment-{payment.pk}" in adyen.keys


def test_a_refused_card_fails_the_payment(adyen, payer):
    adyen.result = "Refused"

    invoice, payment = collected(payer)

    assert (payment.status, payment.error_message) == ("failed", "Not enough balance")
    assert (invoice.payment_status, invoice.ready_for_payment_processing) == ("failed", True)


def test_a_pending_payment_succeeds_by_its_notification_and_once(adyen, payer, door):
    adyen.result = "Pending"
    invoice, payment = collected(payer)
    assert payment.status == "processing"
    body = notification("AUTHORISATION", "PSP1")

    assert [door(body), door(body)] == [200, 200]

    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 10_000)


def test_a_payment_on_a_link_is_written_down(adyen, payer, door):
    invoice = one_off(10_000, customer=payer)
    facts = {"metadata.lago_payable_id": str(invoice.pk)}
    facts |= {"metadata.lago_payable_type": "Invoice"}

    door(notification("AUTHORISATION", "PSP9", additionalData=facts))

    invoice.refresh_from_db()
    assert (invoice.payment_status, Payment.objects.get().provider_payment_id) == (
        "succeeded",
        "PSP9",
    )


def test_a_false_signature_changes_nothing(adyen, payer, door):
    adyen.result = "Pending"
    invoice, _ = collected(payer)

    assert door(notification("AUTHORISATION", "PSP1", key="00" * 32)) == 400
    assert door(notification("AUTHORISATION", "PSP1", merchantAccountCode="Other")) == 400
    assert door(b"{}") == 400
    assert door(b'{"notificationItems": []}') == 400
    signed = notification("AUTHORISATION", "PSP1")
    assert door(signed.replace(b"10000", b"10001")) == 400
    PaymentProvider.objects.update(secrets=seal({"api_key": fake_adyen.KEY}))
    assert door(notification("AUTHORISATION", "PSP1", key="")) == 400

    invoice.refresh_from_db()
    assert invoice.payment_status == "pending"


def test_without_an_answer_the_money_moves_once(adyen, payer):
    adyen.silent = 100
    _, payment = collected(payer)
    assert payment.status == "pending"

    adyen.silent = 0
    retry_collections(payer.organization, at=next_collection(payer.organization, LATER))

    payment.refresh_from_db()
    assert (payment.status, len(adyen.payments)) == ("succeeded", 1)


def test_a_refund_arrives_by_its_notification(adyen, payer, door):
    invoice, _ = collected(payer)

    note = refunding(invoice, 4_000)

    assert (note.refund_status, adyen.refunds["REF1"]["payment"]) == ("pending", "PSP1")
    assert adyen.refunds["REF1"]["asked"]["amount"] == {"value": 4_000, "currency": "EUR"}
    door(notification("REFUND", "REF1", originalReference="PSP1"))
    note.refresh_from_db()
    assert note.refund_status == "succeeded"


def test_a_refund_that_fails_later_is_told(adyen, payer, door):
    invoice, _ = collected(payer)
    note = refunding(invoice, 4_000)

    door(notification("REFUND_FAILED", "REF1", reason="Account closed"))

    note.refresh_from_db()
    assert note.refund_status == "failed"
    assert Payment.objects.get().refunded_amount_cents == 0


def test_stored_details_become_the_default(adyen, payer, door):
    facts = {"recurring.shopperReference": "shopper", "cardSummary": "1111"}
    facts |= {"recurring.recurringDetailReference": "SPM9"}

    door(notification("RECURRING_CONTRACT", "PSP1", paymentMethod="visa", additionalData=facts))

    assert str(PaymentMethod.objects.get()) == "Visa 1111"
    assert CustomerProvider.objects.get().payment_method_id == "SPM9"


def test_a_lost_dispute_is_noted_on_the_invoice(adyen, payer, door):
    invoice, _ = collected(payer)

    door(notification("CHARGEBACK", "CB1", originalReference="PSP1"))

    invoice.refresh_from_db()
    assert invoice.payment_dispute_lost_at is not None


def test_a_shopper_bears_our_own_id_and_is_led_to_links(adyen, payer):
    CustomerProvider.objects.update(provider_customer_id=None)

    create_provider_customer(payer, at=LATER)

    assert CustomerProvider.objects.get().provider_customer_id == str(payer.pk)
    payer.refresh_from_db()
    assert open_setup_page(payer) == f"{adyen.address}/link/1"
    assert open_payment_page(one_off(10_000, customer=payer)) == f"{adyen.address}/link/2"
    assert adyen.links[1]["amount"] == {"value": 10_000, "currency": "EUR"}


def test_a_wrong_key_fails_with_what_adyen_says(adyen, payer):
    PaymentProvider.objects.update(secrets=seal({"api_key": "other"}))

    _, payment = collected(payer)

    assert (payment.status, payment.error_code) == ("failed", "000")


def test_a_connection_needs_its_merchant_account(db):
    with pytest.raises(Invalid) as refusal:
        create_connection(
            OrganizationFactory(),
            kind="adyen",
            terms=ConnectionTerms(**TERMS | {"settings": {}}),
            actor=COMMAND,
            at=AT,
        )

    assert refusal.value.errors == {"merchant_account": ["value_is_mandatory"]}
    assert not PaymentProvider.objects.exists()
