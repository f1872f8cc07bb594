"""Recording payments by hand."""

from __future__ import annotations

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from billing.errors import Forbidden, Invalid
from invoices.models import Fee, Invoice
from payments.models import Payment, PaymentReceipt, PaymentRequest
from tests.factories import CustomerFactory
from tests.payments.given import AT, LATER, invoice_of, one_off, purchase
from workflows.record_payment import record_payment

pytestmark = pytest.mark.django_db


def pay(invoice: Invoice, cents: int, reference: str = "wire-1", **more: object) -> Payment:
    given = {"paid_at": None, "actor": COMMAND, "at": LATER} | more
    return record_payment(invoice, amount_cents=cents, reference=reference, **given)


def refused(invoice: Invoice, cents: int, reference: str = "wire-1") -> dict[str, list[str]]:
    before = Invoice.objects.filter(pk=invoice.pk).values().get()
    with pytest.raises(Invalid) as refusal:
        pay(invoice, cents, reference)
    assert Invoice.objects.filter(pk=invoice.pk).values().get() == before
    assert not Payment.objects.exists()
    return refusal.value.errors


def kinds() -> list[str]:
    return list(
        OutboxMessage.objects.filter(created_at=LATER, topic="webhook")
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def test_a_full_payment_settles_the_invoice():
    invoice = one_off(10_000)
    Invoice.objects.update(payment_overdue=True)

    payment = pay(invoice, 10_000)

    invoice.refresh_from_db()
    assert (payment.status, payment.paid_at, payment.reference) == ("succeeded", LATER, "wire-1")
    assert (invoice.payment_status, invoice.payment_overdue) == ("succeeded", False)
    assert (invoice.total_paid_amount_cents, invoice.total_due_amount_cents) == (10_000, 0)
    assert kinds() == [
        "payment.succeeded",
        "payment_receipt.created",
        "invoice.payment_status_updated",
    ]
    assert set(Fee.objects.values_list("payment_status", "succeeded_at")) == {("succeeded", LATER)}
    entry = JournalEntry.objects.get(action="invoice.payment_updated")
    assert entry.before == {
        "payment_status": "pending",
        "total_paid_amount_cents": 0,
        "payment_overdue": True,
    }
    assert entry.after == {
        "payment_status": "succeeded",
        "total_paid_amount_cents": 10_000,
        "payment_overdue": False,
    }


def test_a_part_leaves_the_invoice_pending_and_the_rest_settles_it():
    invoice = one_off(10_000)

    pay(invoice, 4_000, "first", paid_at=AT)
    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.total_due_amount_cents) == ("pending", 6_000)
    assert kinds() == ["payment.succeeded", "payment_receipt.created"]

    pay(invoice, 6_000, "second")
    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 10_000)
    assert Payment.objects.get(reference="first").paid_at == AT
    slug = invoice.customer.slug
    numbers = PaymentReceipt.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"{slug}-RCPT-001", f"{slug}-RCPT-002"]


@pytest.mark.parametrize("cents", [0, -1])
def test_a_payment_is_more_than_nothing(cents: int):
    assert refused(one_off(), cents) == {"amount_cents": ["invalid_value"]}


def test_more_than_is_due_is_refused():
    assert refused(one_off(10_000), 10_001) == {"amount_cents": ["value_is_out_of_range"]}


def test_a_paid_invoice_takes_nothing_more():
    invoice = one_off(10_000)
    pay(invoice, 10_000)

    with pytest.raises(Invalid) as refusal:
        pay(invoice, 1)

    assert refusal.value.errors == {"amount_cents": ["value_is_out_of_range"]}
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("reference", "code"),
    [("", "value_is_mandatory"), ("  ", "value_is_mandatory"), ("r" * 41, "value_is_too_long")],
)
def test_a_payment_has_a_reference_of_40_characters_at_most(reference: str, code: str):
    assert refused(one_off(), 1, reference) == {"reference": [code]}


def test_a_reference_of_40_characters_fits():
    assert pay(one_off(), 1, "r" * 40).reference == "r" * 40


@pytest.mark.parametrize("status", ["draft", "failed", "pending", "closed"])
def test_only_a_final_or_open_invoice_can_be_paid(status: str):
    invoice = one_off()
    Invoice.objects.update(status=status, finalized_at=None, sequential_id=None)

    with pytest.raises(Forbidden) as refusal:
        pay(invoice, 1)

    assert refusal.value.code == "invalid_invoice_status"
    assert not Payment.objects.exists()


def test_an_invoice_whose_payment_request_has_been_paid_is_refused():
    invoice = one_off()
    request = PaymentRequest.objects.create(
        organization=invoice.organization,
        customer=invoice.customer,
        amount_cents=1,
        amount_currency="EUR",
        email="a@example.com",
        payment_status="succeeded",
        created_at=AT,
        updated_at=AT,
    )
    request.invoices.add(invoice)

    assert refused(invoice, 1) == {"base": ["payment_request_is_already_succeeded"]}


def test_purchased_credits_arrive_with_the_payment():
    bought = purchase(100)
    invoice = invoice_of(bought)

    pay(invoice, 10_000)

    bought.refresh_from_db()
    bought.wallet.refresh_from_db()
    assert (bought.status, bought.settled_at) == ("settled", LATER)
    assert bought.wallet.balance_cents == 10_000


def test_prepaid_credits_are_not_paid_in_parts():
    bought = purchase(100)

    assert refused(invoice_of(bought), 9_999) == {"amount_cents": ["invalid_amount"]}
    bought.refresh_from_db()
    assert bought.status == "pending"


def test_a_paid_open_invoice_becomes_final_with_the_next_number():
    bought = purchase(100, requires_payment=True)
    invoice = invoice_of(bought)
    assert (invoice.status, invoice.sequential_id) == ("open", None)

    pay(invoice, 10_000)

    invoice.refresh_from_db()
    bought.refresh_from_db()
    assert (invoice.status, invoice.sequential_id, invoice.finalized_at) == ("finalized", 1, LATER)
    assert invoice.number.endswith("-001")
    assert (invoice.issuing_date, invoice.payment_due_date) == (LATER.date(), LATER.date())
    assert bought.status == "settled"
    assert "invoice.paid_credit_added" in kinds()


def test_an_invoice_of_a_deleted_customer_can_be_paid():
    customer = CustomerFactory()
    invoice = one_off(10_000, customer=customer)
    customer.deleted_at = LATER
    customer.save()

    pay(invoice, 10_000)

    invoice.refresh_from_db()
    assert invoice.payment_status == "succeeded"
