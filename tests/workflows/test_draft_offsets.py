"""A draft credit note that offsets more than its invoice owes, once it is final."""

from datetime import UTC, datetime, timedelta

import pytest

from activity.actors import COMMAND
from billing.credits import NoteItem
from billing_admin.invariants import breaches
from invoices.models import CreditNote, Invoice
from subscriptions.new import NewSubscription
from tests.factories import OrganizationFactory, PlanFactory
from tests.payments.given import one_off
from workflows.create_customer import create_customer
from workflows.end_subscription import end_subscription
from workflows.finalize_invoice import finalize_invoice
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.record_payment import record_payment
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db
AT = datetime(2024, 3, 1, 12, tzinfo=UTC)


def credit(customer, cents: int) -> None:
    """Give the customer a credit note worth `cents`."""
    invoice = one_off(cents, customer=customer)
    record_payment(
        invoice, amount_cents=cents, reference="wire", paid_at=None, actor=COMMAND, at=AT
    )
    asked = NewCreditNote(items=[NoteItem(invoice.fees.get().pk, cents)], credit_cents=cents)
    issue_credit_note(invoice, asked=asked, actor=COMMAND, at=AT)


@pytest.mark.parametrize(("given", "offset", "credited"), [(0, 2000, 0), (2500, 600, 1400)])
def test_an_offset_beyond_what_is_due_becomes_credit(given, offset, credited):
    values = {"external_id": "hooli", "invoice_grace_period": 5, "currency": "EUR"}
    customer = create_customer(OrganizationFactory(), values, actor=COMMAND, at=AT)
    plan = PlanFactory(organization=customer.organization, amount_cents=3100, pay_in_advance=True)
    asked = NewSubscription(external_id="one", plan=plan)
    subscription = start_subscription(customer, asked=asked, actor=COMMAND, at=AT)
    draft = Invoice.objects.get(customer=customer)
    end_subscription(
        subscription,
        actor=COMMAND,
        at=AT + timedelta(days=10),
        options={"on_termination_credit_note": "offset"},
    )
    note = CreditNote.objects.get(invoice=draft)
    assert (note.status, note.offset_amount_cents) == ("draft", 2000)
    if given:
        credit(customer, given)

    final = finalize_invoice(draft, actor=COMMAND, at=AT + timedelta(days=11))

    note.refresh_from_db()
    assert (note.offset_amount_cents, note.credit_amount_cents) == (offset, credited)
    assert note.balance_amount_cents == credited
    assert final.total_due_amount_cents == 3100 - given - offset
    assert list(breaches()) == []
