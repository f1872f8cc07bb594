"""Requests to pay several overdue invoices at once."""

from __future__ import annotations

import uuid

import pytest

from activity.actors import COMMAND
from activity.models import OutboxMessage
from billing.errors import DomainError, Invalid, NotAllowed, NotFound
from customers.models import Customer
from invoices.models import Invoice
from payments.models import PaymentRequest
from tests.factories import CustomerFactory
from tests.payments.given import LATER, one_off
from workflows.mark_overdue import mark_overdue
from workflows.pay_request import pay_request
from workflows.record_payment import record_payment
from workflows.request_payment import request_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(db: None) -> Customer:
    return CustomerFactory(email="billing@example.com")


def overdue(customer: Customer, *amounts: int) -> list[Invoice]:
    invoices = [one_off(cents, customer=customer) for cents in amounts]
    mark_overdue(customer.organization, at=LATER)
    return invoices


def ask(customer: Customer, invoices: list[Invoice], email: str | None = None) -> PaymentRequest:
    ids = [invoice.pk for invoice in invoices]
    return request_payment(customer, invoice_ids=ids, email=email, actor=COMMAND, at=LATER)


def refused(kind: type[DomainError], customer: Customer, invoices: list[Invoice], **more) -> str:
    with pytest.raises(kind) as refusal:
        ask(customer, invoices, **more)
    assert not PaymentRequest.objects.exists()
    return refusal.value.code


def test_a_request_asks_for_all_that_is_due(customer):
    first, second = overdue(customer, 1_000, 2_000)
    record_payment(first, amount_cents=300, reference="r", paid_at=None, actor=COMMAND, at=LATER)

    request = ask(customer, [first, second])

    assert (request.amount_cents, request.amount_currency) == (2_700, "EUR")
    assert (request.email, request.payment_status) == ("billing@example.com", "pending")
    assert set(request.invoices.all()) == {first, second}
    sent = OutboxMessage.objects.filter(object_id=request.pk).order_by("pk")
    assert list(sent.values_list("topic", "kind")) == [
        ("webhook", "payment_request.created"),
        ("email", "payment_request.created"),
        ("payment", "payment_request.payment"),
    ]


def test_paying_a_request_marks_each_invoice(customer):
    invoices = overdue(customer, 1_000, 2_000)
    request = ask(customer, invoices, email="else@example.com")

    request, left = pay_request(request, 3_000, actor=COMMAND, at=LATER)

    assert (request.payment_status, request.email, left) == ("succeeded", "else@example.com", 0)
    for invoice in invoices:
        invoice.refresh_from_db()
        assert (invoice.payment_status, invoice.payment_overdue) == ("succeeded", False)
        assert invoice.total_due_amount_cents == 0


def test_what_was_paid_meanwhile_is_left_over(customer):
    first, second = overdue(customer, 1_000, 2_000)
    request = ask(customer, [first, second])
    record_payment(first, amount_cents=400, reference="r", paid_at=None, actor=COMMAND, at=LATER)

    _, left = pay_request(request, 3_000, actor=COMMAND, at=LATER)

    first.refresh_from_db()
    assert (left, first.total_paid_amount_cents) == (400, 1_000)


def test_only_overdue_invoices_can_be_asked_for(customer):
    late = overdue(customer, 1_000)

    assert refused(NotAllowed, customer, [*late, one_off(customer=customer)]) == (
        "invoices_not_overdue"
    )


def test_invoices_of_two_currencies_are_refused(customer):
    invoices = overdue(customer, 1_000, 2_000)
    Invoice.objects.filter(pk=invoices[0].pk).update(currency="USD")

    assert refused(NotAllowed, customer, invoices) == "invoices_have_different_currencies"


def test_an_invoice_with_a_payment_under_way_is_refused(customer):
    invoices = overdue(customer, 1_000)
    Invoice.objects.update(ready_for_payment_processing=False)

    assert refused(NotAllowed, customer, invoices) == ("invoices_not_ready_for_payment_processing")


@pytest.mark.parametrize("given", [[], [uuid.UUID(int=0)], ["x"]])
def test_unknown_invoices_are_not_found(customer, given):
    with pytest.raises(NotFound) as refusal:
        request_payment(customer, invoice_ids=given, email=None, actor=COMMAND, at=LATER)

    assert refusal.value.code == "invoice_not_found"


def test_invoices_of_another_customer_are_not_found(customer):
    theirs = overdue(CustomerFactory(organization=customer.organization), 1_000)

    assert refused(NotFound, customer, theirs) == "invoice_not_found"


def test_a_deleted_customer_is_not_asked(customer):
    invoices = overdue(customer, 1_000)
    Customer.objects.update(deleted_at=LATER)

    assert refused(NotFound, customer, invoices) == "customer_not_found"


@pytest.mark.parametrize(
    ("email", "code"), [("nobody", "invalid_email_format"), (None, "value_is_mandatory")]
)
def test_a_request_needs_an_address(customer, email, code):
    invoices = overdue(customer, 1_000)
    Customer.objects.update(email=None)

    assert refused(Invalid, customer, invoices, email=email) == code
