"""Payment statuses set by hand, and invoices that become overdue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from billing.errors import Invalid, NotAllowed
from invoices.models import Invoice
from payments.models import Payment
from tests.factories import OrganizationFactory
from tests.payments.given import AT, LATER, invoice_of, one_off, purchase
from workflows.mark_overdue import mark_overdue, next_overdue
from workflows.update_invoice_payment import update_invoice_payment

pytestmark = pytest.mark.django_db


def update(invoice: Invoice, status: str) -> Invoice:
    return update_invoice_payment(invoice, payment_status=status, actor=COMMAND, at=LATER)


def test_a_status_by_hand_records_no_money():
    invoice = update(one_off(10_000), "succeeded")

    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 0)
    assert not Payment.objects.exists()
    assert OutboxMessage.objects.filter(kind="invoice.payment_status_updated").count() == 1


def test_the_same_status_again_tells_nobody():
    update(one_off(), "pending")

    assert not OutboxMessage.objects.filter(kind="invoice.payment_status_updated").exists()
    assert not JournalEntry.objects.filter(action="invoice.payment_updated").exists()


def test_purchased_credits_follow_the_status():
    bought = purchase(100)
    invoice = invoice_of(bought)

    update(invoice, "failed")
    bought.refresh_from_db()
    assert bought.status == "failed"

    update(invoice, "succeeded")
    bought.refresh_from_db()
    bought.wallet.refresh_from_db()
    assert (bought.status, bought.wallet.balance_cents) == ("settled", 10_000)

    update(invoice, "failed")
    bought.refresh_from_db()
    assert bought.status == "settled"


@pytest.mark.parametrize("status", ["", "paid", "refunded", "SUCCEEDED"])
def test_an_unknown_status_is_refused(status: str):
    invoice = one_off()

    with pytest.raises(Invalid) as refusal:
        update(invoice, status)

    assert refusal.value.errors == {"payment_status": ["invalid_payment_status"]}
    invoice.refresh_from_db()
    assert invoice.payment_status == "pending"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (
            {"status": "draft", "finalized_at": None, "sequential_id": None},
            "payment_status_update_on_draft_invoice",
        ),
        ({"status": "voided", "voided_at": AT}, "update_on_voided_invoice"),
    ],
)
def test_drafts_and_voided_invoices_keep_their_status(columns: dict, code: str):
    invoice = one_off()
    Invoice.objects.update(**columns)

    with pytest.raises(NotAllowed) as refusal:
        update(invoice, "succeeded")

    assert refusal.value.code == code
    invoice.refresh_from_db()
    assert invoice.payment_status == "pending"


def test_an_invoice_is_overdue_from_the_midnight_after_its_due_date():
    invoice = one_off()
    midnight = datetime(2024, 3, 2, tzinfo=UTC)
    assert next_overdue(invoice.organization, AT) == midnight

    assert mark_overdue(invoice.organization, at=midnight - timedelta(seconds=1)) == 0
    invoice.refresh_from_db()
    assert not invoice.payment_overdue

    assert mark_overdue(invoice.organization, at=midnight) == 1
    invoice.refresh_from_db()
    assert invoice.payment_overdue
    assert OutboxMessage.objects.filter(kind="invoice.payment_overdue").count() == 1
    assert JournalEntry.objects.filter(action="invoice.overdue").count() == 1
    assert mark_overdue(invoice.organization, at=LATER) == 0
    assert next_overdue(invoice.organization, LATER) is None


def test_an_invoice_past_its_due_date_is_work_at_once():
    invoice = one_off()

    assert next_overdue(invoice.organization, LATER) == LATER + timedelta(microseconds=1)


@pytest.mark.parametrize(
    "columns",
    [
        {"payment_status": "succeeded"},
        {"payment_dispute_lost_at": AT},
        {"status": "voided", "voided_at": AT},
        {"status": "draft", "finalized_at": None, "sequential_id": None},
    ],
)
def test_what_is_paid_disputed_voided_or_a_draft_is_never_overdue(columns: dict):
    invoice = one_off()
    Invoice.objects.update(**columns)

    assert next_overdue(invoice.organization, AT) is None
    assert mark_overdue(invoice.organization, at=LATER) == 0
    invoice.refresh_from_db()
    assert not invoice.payment_overdue


def test_other_organizations_are_left_alone():
    invoice = one_off()

    assert mark_overdue(OrganizationFactory(), at=LATER) == 0
    invoice.refresh_from_db()
    assert not invoice.payment_overdue
