"""Pages of payments and providers: what they show, what they refuse, who may."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from activity.actors import COMMAND
from activity.models import OutboxMessage
from invoices.models import Invoice
from payments.models import CustomerProvider, Payment, PaymentProvider, PaymentRequest
from payments.operations.customer_provider import set_customer_provider
from payments.operations.ties import keep_method
from payments.providers import Method
from tests.factories import CustomerFactory, MembershipFactory
from tests.payments.given import AT, LATER, one_off
from tests.payments.test_connection_pages import CONNECTION, said, text
from workflows.mark_overdue import mark_overdue
from workflows.record_payment import record_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(signed_in):
    return CustomerFactory(
        organization=signed_in.organization, name="Hooli", email="hooli@example.com"
    )


def paid(customer, cents: int = 10_000, reference: str = "wire-1") -> Payment:
    return record_payment(
        one_off(cents, customer=customer),
        amount_cents=cents,
        reference=reference,
        paid_at=None,
        actor=COMMAND,
        at=LATER,
    )


def test_a_payment_is_recorded_and_said_so(signed_in, customer):
    invoice = one_off(10_000, customer=customer)
    address = f"/invoices/{invoice.pk}/payments/new/"

    shown = signed_in.get(address)
    assert "Hooli owes €100.00 on it." in text(shown)
    assert 'value="100.00"' in text(shown)
    response = signed_in.post(
        address, {"amount": "40.00", "reference": "wire-1", "paid_at": "2024-03-02T10:00"}
    )

    payment = Payment.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/invoices/{invoice.pk}/")
    assert (payment.amount_cents, payment.reference) == (4_000, "wire-1")
    assert payment.paid_at == datetime(2024, 3, 2, 10, tzinfo=UTC)
    invoice.refresh_from_db()
    assert invoice.total_due_amount_cents == 6_000


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"amount": ""}, "amount", "This field is required."),
        ({"amount": "0"}, "amount", "Write an amount above 0."),
        ({"amount": "1.001"}, "amount", "EUR has 2 decimals."),
        ({"amount": "100.01"}, "amount", "More would be paid than is due."),
        ({"reference": ""}, "reference", "This field is required."),
        ({"reference": "r" * 41}, "reference", "Ensure this value has at most 40 characters"),
        (
            {"paid_at": "2999-01-01T00:00"},
            "paid_at",
            "This lies ahead. Write when it was received.",
        ),
        ({"paid_at": "yesterday"}, "paid_at", "Enter a valid date/time."),
    ],
)
def test_a_wrong_payment_is_refused_on_its_field(signed_in, customer, typed, field, words):
    invoice = one_off(10_000, customer=customer)
    given = {"amount": "1.00", "reference": "wire-1"} | typed

    response = signed_in.post(f"/invoices/{invoice.pk}/payments/new/", given)

    assert response.status_code == 422
    assert words in response.context["form"].errors[field][0]
    assert not Payment.objects.exists()


def test_the_list_finds_filters_and_exports(signed_in, customer):
    paid(customer, 1_000, "needle")
    paid(customer, 2_000, "hay")

    assert "€10.00" in text(signed_in.get("/payments/?q=needle"))
    assert "€20.00" not in text(signed_in.get("/payments/?q=needle"))
    assert "€10.00" in text(signed_in.get("/payments/?status=succeeded&way=manual"))
    assert "€10.00" not in text(signed_in.get("/payments/?way=provider"))
    exported = b"".join(signed_in.get("/payments/?export=csv").streaming_content).decode()
    assert exported.count("\n") == 3


def test_the_page_of_a_payment_shows_what_it_pays_and_its_history(signed_in, customer):
    payment = paid(customer)

    shown = text(signed_in.get(f"/payments/{payment.pk}/"))

    assert payment.invoice.number in shown
    assert payment.receipt.number in shown
    assert "Recorded" in shown


def test_payments_of_a_deleted_customer_are_marked(signed_in, customer):
    payment = paid(customer)
    customer.deleted_at = LATER
    customer.save()

    assert "Deleted customer" in text(signed_in.get("/payments/"))
    assert "Deleted customer" in text(signed_in.get(f"/payments/{payment.pk}/"))
    assert signed_in.get(f"/customers/{customer.pk}/payments/").status_code == 200


def test_an_invoice_is_sent_to_collection_again(signed_in, customer):
    invoice = one_off(10_000, customer=customer)
    OutboxMessage.objects.all().delete()
    address = f"/invoices/{invoice.pk}/collect/"

    assert "Nobody is asked" in text(signed_in.get(address))
    signed_in.post(address)

    assert OutboxMessage.objects.get().kind == "invoice.payment"
    Invoice.objects.update(payment_status="succeeded")
    assert signed_in.post(address).status_code == 409


def test_a_customer_is_asked_for_overdue_invoices(signed_in, customer):
    invoice = one_off(10_000, customer=customer)
    mark_overdue(signed_in.organization, at=LATER)
    assert "Request payment" in text(signed_in.get(f"/customers/{customer.pk}/payments/"))

    response = signed_in.post(
        f"/customers/{customer.pk}/payments/request/",
        {"invoice_ids": [str(invoice.pk)], "email": "boss@example.com"},
        follow=True,
    )

    assert said(response) == ["Hooli is asked for €100.00."]
    request = PaymentRequest.objects.get()
    assert (request.email, list(request.invoices.all())) == ("boss@example.com", [invoice])
    assert "boss@example.com" in text(response)


def test_a_request_to_nowhere_is_refused(signed_in, customer):
    invoice = one_off(10_000, customer=customer)
    mark_overdue(signed_in.organization, at=LATER)

    response = signed_in.post(
        f"/customers/{customer.pk}/payments/request/",
        {"invoice_ids": [str(invoice.pk)], "email": "nobody"},
    )

    assert response.context["form"].errors == {"email": ["That is no e-mail address."]}
    assert not PaymentRequest.objects.exists()


def test_a_means_of_payment_is_chosen_and_forgotten(signed_in, customer, connection):
    PaymentProvider.objects.update(organization=signed_in.organization)
    given = {"payment_provider": "stripe", "provider_customer_id": "cus_known"}
    tie = set_customer_provider(customer, given, actor=COMMAND, at=AT)
    left = {"provider_customer_id": "cus_known", "kind": "card"}
    first, _ = (
        keep_method(
            tie,
            Method(provider_method_id=f"pm_{last4}", label=f"Visa {last4}", **left),
            actor=COMMAND,
            at=AT,
        )
        for last4 in ("1111", "2222")
    )
    address = f"/customers/{customer.pk}/payment-methods/{first.pk}"
    assert "Visa 1111" in text(signed_in.get(f"/customers/{customer.pk}/payments/"))

    assert signed_in.get(f"{address}/default/").status_code == 200
    signed_in.post(f"{address}/default/")
    assert CustomerProvider.objects.get().payment_method_id == "pm_1111"

    signed_in.post(f"{address}/forget/")
    shown = signed_in.get(f"/customers/{customer.pk}/payments/")
    assert [str(method) for method in shown.context["methods"]] == ["Visa 2222"]
    assert signed_in.post(f"{address}/forget/").status_code == 404


def test_strangers_find_nothing(client, signed_in, customer):
    payment = paid(customer)
    invoice = one_off(10_000, customer=customer)
    signed_in.post("/settings/payment-providers/new/", CONNECTION)
    provider = PaymentProvider.objects.get()
    client.force_login(MembershipFactory().operator)

    for address in (
        f"/payments/{payment.pk}/",
        f"/invoices/{invoice.pk}/payments/new/",
        f"/invoices/{invoice.pk}/collect/",
        f"/customers/{customer.pk}/payments/",
        f"/customers/{customer.pk}/payments/request/",
        f"/settings/payment-providers/{provider.pk}/edit/",
        f"/settings/payment-providers/{provider.pk}/delete/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert "€100.00" not in text(client.get("/payments/"))


@pytest.mark.parametrize(
    ("role", "money", "providers"),
    [("viewer", 403, 403), ("finance", 200, 403), ("manager", 200, 403), ("owner", 200, 200)],
)
def test_who_may_record_payments_and_connect_providers(signed_in, customer, role, money, providers):
    invoice = one_off(10_000, customer=customer)
    signed_in.membership.role = role
    signed_in.membership.save()

    assert signed_in.get("/payments/").status_code == 200
    assert signed_in.get(f"/invoices/{invoice.pk}/payments/new/").status_code == money
    assert signed_in.get("/settings/payment-providers/new/").status_code == providers
