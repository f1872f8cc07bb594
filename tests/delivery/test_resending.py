"""Invoices, credit notes and receipts are mailed again: over the API and from the console, for deleted customers too."""

from __future__ import annotations

import pytest
from django.core import mail

from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from billing.credits import NoteItem
from delivery.outbox import deliver_due
from organizations.models import Membership
from payments.models import PaymentReceipt
from tests.api.client import ApiClient
from tests.delivery.issued import NOW, one_off
from tests.factories import CustomerFactory
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.record_payment import record_payment

pytestmark = pytest.mark.django_db
KINDS = ["invoices", "credit_notes", "payment_receipts"]


@pytest.fixture
def documents(signed_in) -> dict[str, str]:
    """The ids of an invoice, its credit note and its receipt; their customer is deleted, the outbox is empty."""
    customer = CustomerFactory(organization=signed_in.organization, email="a@b.example")
    invoice = one_off(customer)
    payment = record_payment(
        invoice, amount_cents=4_000, reference="wire", paid_at=None, actor=COMMAND, at=NOW
    )
    asked = NewCreditNote(items=[NoteItem(invoice.fees.get().pk, 500)], credit_cents=500)
    note = issue_credit_note(invoice, asked=asked, actor=COMMAND, at=NOW)
    receipt = PaymentReceipt.objects.filter(payment=payment).first()
    receipt = receipt or PaymentReceipt.objects.create(
        organization=customer.organization, payment=payment, number="R-1", created_at=NOW
    )
    customer.deleted_at = NOW
    customer.save()
    OutboxMessage.objects.all().delete()
    return dict(zip(KINDS, map(str, (invoice.pk, note.pk, receipt.pk)), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_mailed_again_over_the_api(signed_in, documents, kind) -> None:
    api = ApiClient(signed_in.organization)
    path = f"/{kind}/{documents[kind]}/resend_email"

    answers = [api.post(path), api.post(path, {"to": ["cfo@hooli.example"]})]
    deliver_due(at=NOW)

    assert answers == [(200, None), (200, None)]
    assert sorted(one.to for one in mail.outbox) == [["a@b.example"], ["cfo@hooli.example"]]
    action = f"{kind[:-1]}.email_requested"
    assert JournalEntry.objects.filter(action=action).count() == 2


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_mailed_is_refused_and_sends_nothing(signed_in, documents, kind) -> None:
    own, other = ApiClient(signed_in.organization), ApiClient(CustomerFactory().organization)
    path = f"/{kind}/{documents[kind]}/resend_email"

    wrong = own.post(path, {"to": ["a@b.example", "nobody"]})
    foreign = other.post(path)
    unknown = own.post(f"/{kind}/7/resend_email")

    assert (wrong[0], wrong[1]["error_details"]) == (422, {"to": ["invalid_email_format"]})
    assert (foreign[0], foreign[1]["code"]) == (404, f"{kind[:-1]}_not_found")
    assert (unknown[0], unknown[1]["code"]) == (404, f"{kind[:-1]}_not_found")
    assert not OutboxMessage.objects.exists()


def test_a_receipt_is_downloaded_and_mailed_from_its_payment(signed_in, documents) -> None:
    receipt = PaymentReceipt.objects.get()
    page = f"/payments/{receipt.payment_id}/"
    address = f"/receipts/{receipt.pk}/email/"

    shown = signed_in.get(page).content.decode()
    sent = signed_in.post(address)
    deliver_due(at=NOW)
    Membership.objects.filter(pk=signed_in.membership.pk).update(role="viewer")
    to_a_viewer = signed_in.get(page).content.decode()

    assert f"/receipts/{receipt.pk}/pdf/?download" in shown
    assert (address in shown, address in to_a_viewer) == (True, False)
    assert (sent.status_code, [one.to for one in mail.outbox]) == (303, [["a@b.example"]])
