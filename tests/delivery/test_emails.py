"""Customers get their documents by e-mail where the organization wants it, in their language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core import mail

from activity import journal
from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from billing.errors import NotAllowed
from delivery.documents import document_of
from delivery.emails import resend_email
from delivery.models import Document, SentEmail
from delivery.outbox import deliver_due
from payments.models import PaymentReceipt, PaymentRequest
from tests.factories import CustomerFactory, InvoiceFactory, OrganizationFactory
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice
from workflows.record_payment import record_payment

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERY_EMAIL = ["invoice.finalized", "credit_note.created", "payment_receipt.created"]


@pytest.fixture
def hooli():
    organization = OrganizationFactory(
        name="Airports", email="billing@airports.example", email_settings=EVERY_EMAIL
    )
    return CustomerFactory(
        organization=organization,
        name="Hooli",
        email="ada@hooli.example, bob@hooli.example",
        currency="EUR",
    )


def invoiced(customer):
    from tests.factories import AddOnFactory

    add_on = AddOnFactory(organization=customer.organization, amount_cents=123_450)
    return create_one_off_invoice(
        customer,
        lines=[OneOffLine(add_on_code=add_on.code)],
        currency="EUR",
        actor=COMMAND,
        at=NOW,
    )


def test_a_final_invoice_is_made_announced_and_mailed_with_its_pdf(hooli, client) -> None:
    invoice = invoiced(hooli)

    deliver_due(at=NOW)

    [sent] = mail.outbox
    document = Document.objects.get()
    assert sent.subject == f"Invoice {invoice.number} from Airports"
    assert sent.to == ["ada@hooli.example", "bob@hooli.example"]
    assert sent.from_email == "Airports <billing@localhost>"
    assert sent.reply_to == ["billing@airports.example"]
    assert sent.body == (
        "Hello Hooli,\n\n"
        f"Please find attached invoice {invoice.number} of Mar 1, 2026 over €1,234.50. "
        "Please pay it by Mar 1, 2026.\n\n"
        "Kind regards,\nAirports"
    )
    assert sent.attachments == [
        (f"{invoice.number}.pdf", bytes(document.content), "application/pdf")
    ]
    assert SentEmail.objects.get().recipients == sent.to
    assert JournalEntry.objects.filter(action="invoice.emailed").count() == 1
    generated = OutboxMessage.objects.get(kind="invoice.generated")
    address = generated.payload["file_url"]
    assert address.startswith("http://127.0.0.1:8000/documents/")
    assert client.get(address).content == bytes(document.content)


@pytest.mark.parametrize(
    ("locale", "subject", "words"),
    [
        ("fr", "Facture {} de Airports", "d’un montant de 1\u202f234,50\xa0€."),
        ("de", "Rechnung {} von Airports", "über 1.234,50\xa0€."),
        ("es", "Factura {} de Airports", "por un importe de 1.234,50\xa0€."),
        ("it", "Fattura {} da Airports", "di 1.234,50\xa0€."),
        ("pt", "Fatura {} de Airports", "no valor de €\xa01.234,50."),
    ],
)
def test_the_mail_speaks_the_customers_language(hooli, locale, subject, words) -> None:
    hooli.document_locale = locale
    hooli.save()
    invoice = invoiced(hooli)

    deliver_due(at=NOW)

    [sent] = mail.outbox
    assert sent.subject == subject.format(invoice.number)
    assert words in sent.body


@pytest.mark.parametrize(("settings_", "email"), [([], "a@b.example"), (EVERY_EMAIL, None)])
def test_nobody_is_mailed_without_a_setting_or_an_address(hooli, settings_, email) -> None:
    hooli.organization.email_settings = settings_
    hooli.organization.save()
    hooli.email = email
    hooli.save()
    invoiced(hooli)

    done = deliver_due(at=NOW)

    assert (mail.outbox, done.failed, SentEmail.objects.count()) == ([], 0, 0)
    assert Document.objects.count() == 1


def test_a_receipt_is_mailed_after_the_payment(hooli) -> None:
    invoice = invoiced(hooli)
    deliver_due(at=NOW)
    record_payment(invoice, amount_cents=123_450, reference="W", paid_at=NOW, actor=COMMAND, at=NOW)

    deliver_due(at=NOW)

    receipt = PaymentReceipt.objects.get()
    sent = mail.outbox[-1]
    assert sent.subject == f"Receipt {receipt.number} from Airports"
    assert f"payment of €1,234.50 on Mar 1, 2026. Please find the receipt {receipt.number}" in (
        sent.body
    )
    assert [one[0] for one in sent.attachments] == [f"{receipt.number}.pdf"]


def test_a_request_to_pay_lists_what_is_overdue(hooli) -> None:
    invoice = InvoiceFactory(
        customer=hooli,
        fees_amount_cents=500,
        sub_total_excluding_taxes_amount_cents=500,
        sub_total_including_taxes_amount_cents=500,
        total_amount_cents=500,
        payment_due_date=date(2026, 2, 1),
    )
    request = PaymentRequest.objects.create(
        organization=hooli.organization,
        customer=hooli,
        amount_cents=500,
        amount_currency="EUR",
        email="dunning@hooli.example",
        created_at=NOW,
        updated_at=NOW,
    )
    request.invoices.set([invoice])
    journal.announce(request, "payment_request.created", at=NOW, topic="email")

    deliver_due(at=NOW)

    [sent] = mail.outbox
    assert sent.to == ["dunning@hooli.example"]
    assert sent.subject == "Payment of €5.00 to Airports is overdue"
    assert f"{invoice.number}, due on Feb 1, 2026: €5.00" in sent.body
    assert sent.attachments == []


def test_a_document_is_mailed_again_with_the_same_bytes_whatever_the_settings(hooli) -> None:
    invoice = invoiced(hooli)
    hooli.organization.email_settings = []
    hooli.organization.save()
    kept = bytes(document_of(invoice, at=NOW).content)

    assert resend_email(invoice, actor=COMMAND, at=NOW, to=["cfo@hooli.example"]) == [
        "cfo@hooli.example"
    ]
    deliver_due(at=NOW)

    [sent] = mail.outbox
    assert sent.to == ["cfo@hooli.example"]
    assert sent.attachments[0][1] == kept
    assert JournalEntry.objects.filter(action="invoice.email_requested").count() == 1


def test_a_customer_without_an_address_cannot_be_mailed_again(hooli) -> None:
    hooli.email = ""
    hooli.save()
    invoice = invoiced(hooli)
    before = OutboxMessage.objects.count()

    with pytest.raises(NotAllowed, match="no e-mail address"):
        resend_email(invoice, actor=COMMAND, at=NOW)

    assert OutboxMessage.objects.count() == before


def test_a_mail_server_that_fails_is_asked_again(hooli, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9
    invoiced(hooli)

    assert deliver_due(at=NOW).failed == 1
    assert SentEmail.objects.count() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver_due(at=datetime(2026, 3, 1, 13, tzinfo=UTC))

    assert len(mail.outbox) == 1


def test_a_name_with_line_breaks_makes_no_header(hooli) -> None:
    hooli.organization.name = "Airports\r\nBcc: evil@example.com"
    hooli.organization.save()
    invoiced(hooli)

    deliver_due(at=NOW)

    [sent] = mail.outbox
    assert sent.recipients() == ["ada@hooli.example", "bob@hooli.example"]
    assert "\n" not in sent.subject + sent.from_email
