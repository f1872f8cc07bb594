"""E-mails to customers: their invoices, credit notes and receipts, with the PDF, in their language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from activity import journal
from activity.actors import SYSTEM, Actor
from activity.models import OutboxMessage
from billing.errors import Invalid, NotAllowed
from customers.models import Customer
from delivery.documents import Documented, document_of, kind_of
from delivery.documents.writing import Writer
from delivery.models import SentEmail
from delivery.things import thing_of
from invoices.models import CreditNote, Invoice
from organizations.models import Organization
from payments.models import PaymentReceipt, PaymentRequest
from persistence.saving import save_valid
from persistence.text_checks import is_email

# What an organization's e-mail settings call the e-mail about each kind of document.
SCENARIOS = {
    "invoice": "invoice.finalized",
    "credit_note": "credit_note.created",
    "payment_receipt": "payment_receipt.created",
}


@dataclass(frozen=True)
class Letter:
    """What an e-mail says, before anybody is addressed."""

    subject: str
    lines: tuple[str, ...]


def is_wanted(organization: Organization, kind: str) -> bool:
    """Say whether the organization has its customers mailed about this kind of document."""
    return SCENARIOS[kind] in organization.email_settings


def send(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
    """Send the e-mail that `message` asks for; a customer without an address gets none."""
    thing = thing_of(message.object_type, message.object_id)
    recipients = (message.payload or {}).get("to") or recipients_of(thing)
    if not recipients:
        return
    letter = composed(thing, recipients, at=at)
    letter.send()
    _keep(message, letter, at)


def recipients_of(thing: Documented | PaymentRequest) -> list[str]:
    """Return the addresses that an e-mail about `thing` goes to."""
    given = thing.email if isinstance(thing, PaymentRequest) else customer_of(thing).email
    return [part.strip() for part in (given or "").split(",") if part.strip()]


def customer_of(thing: Documented | PaymentRequest) -> Customer:
    """Return whose document it is."""
    return thing.payment.customer if isinstance(thing, PaymentReceipt) else thing.customer


def composed(
    thing: Documented | PaymentRequest, recipients: Sequence[str], *, at: datetime
) -> EmailMessage:
    """Return the e-mail about `thing`, ready to be sent."""
    mail = worded(thing)
    mail.to = list(recipients)
    if not isinstance(thing, PaymentRequest):
        document = document_of(thing, at=at)
        mail.attach(document.filename, bytes(document.content), "application/pdf")
    return mail


def worded(thing: Documented | PaymentRequest) -> EmailMessage:
    """Return what an e-mail about `thing` says, addressed to nobody and without its document."""
    customer = customer_of(thing)
    organization = customer.organization
    seller = organization.legal_name or organization.name
    write = _writer(thing, customer)
    letter = _letter(thing, write, seller)
    hello = write.say("mail_hello", name=customer.shown_name)
    body = "\n\n".join([hello, *letter.lines, write.say("mail_bye", seller=seller)])
    return EmailMessage(
        subject=" ".join(letter.subject.split()),
        body=body,
        from_email=_sender(seller),
        reply_to=[organization.email] if organization.email else None,
    )


def _sender(seller: str) -> str:
    """Speak in the seller's name from the product's own address."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((" ".join(seller.split()), address))


def _writer(thing: Documented | PaymentRequest, customer: Customer) -> Writer:
    currency = (
        thing.amount_currency
        if isinstance(thing, PaymentRequest)
        else (thing.payment.currency if isinstance(thing, PaymentReceipt) else thing.currency)
    )
    return Writer(customer.applicable_document_locale, currency, customer.applicable_timezone)


def _letter(thing: Documented | PaymentRequest, write: Writer, seller: str) -> Letter:
    if isinstance(thing, Invoice):
        return _about_invoice(thing, write, seller)
    if isinstance(thing, CreditNote):
        return _about_credit_note(thing, write, seller)
    if isinstance(thing, PaymentReceipt):
        return _about_receipt(thing, write, seller)
    return _about_request(thing, write, seller)


def _about_invoice(invoice: Invoice, write: Writer, seller: str) -> Letter:
    said = write.say(
        "mail_invoice",
        number=invoice.number,
        date=write.day(invoice.issuing_date),
        amount=write.money(invoice.total_amount_cents),
    )
    due = write.say("mail_invoice_paid")
    if invoice.total_amount_cents:
        due = write.say("mail_invoice_due", date=write.day(invoice.payment_due_date))
    subject = write.say("mail_invoice_subject", number=invoice.number, seller=seller)
    return Letter(subject, (f"{said} {due}",))


def _about_credit_note(note: CreditNote, write: Writer, seller: str) -> Letter:
    said = write.say(
        "mail_credit_note",
        number=note.number,
        date=write.day(note.issuing_date),
        amount=write.money(note.total_amount_cents),
        invoice=note.invoice.number,
    )
    subject = write.say("mail_credit_note_subject", number=note.number, seller=seller)
    return Letter(subject, (said,))


def _about_receipt(receipt: PaymentReceipt, write: Writer, seller: str) -> Letter:
    payment = receipt.payment
    said = write.say(
        "mail_receipt",
        number=receipt.number,
        date=write.moment_day(payment.paid_at or receipt.created_at),
        amount=write.money(payment.amount_cents),
    )
    subject = write.say("mail_receipt_subject", number=receipt.number, seller=seller)
    return Letter(subject, (said,))


def _about_request(request: PaymentRequest, write: Writer, seller: str) -> Letter:
    amount = write.money(request.amount_cents)
    listed = "\n".join(
        write.say(
            "mail_request_line",
            number=invoice.number,
            date=write.day(invoice.payment_due_date),
            amount=write.money(invoice.total_due_amount_cents),
        )
        for invoice in request.invoices.order_by("payment_due_date", "number", "pk")
    )
    subject = write.say("mail_request_subject", amount=amount, seller=seller)
    asked = write.say("mail_request", amount=amount)
    return Letter(subject, (asked, listed, write.say("mail_request_please")))


@transaction.atomic
def _keep(message: OutboxMessage, letter: EmailMessage, at: datetime) -> None:
    thing = thing_of(message.object_type, message.object_id)
    save_valid(
        SentEmail(
            organization_id=message.organization_id,
            kind=message.kind,
            object_type=message.object_type,
            object_id=message.object_id,
            recipients=letter.to,
            subject=letter.subject[:255],
            created_at=at,
        )
    )
    journal.record(
        thing, f"{message.object_type}.emailed", actor=SYSTEM, at=at, after={"to": letter.to}
    )


@transaction.atomic
def resend_email(
    thing: Documented, *, actor: Actor, at: datetime, to: Sequence[str] = ()
) -> list[str]:
    """Have a document mailed once more, whatever the settings say, and return to whom.

    It goes to the customer's addresses, or to those in `to`. Raises NotAllowed ``no_email`` when there is none, Invalid
    (``to``) for what is no address.
    """
    if not all(is_email(one) for one in to):
        raise Invalid({"to": ["invalid_email_format"]}, "That is no e-mail address.")
    recipients = list(to) or recipients_of(thing)
    if not recipients:
        raise NotAllowed("no_email", "The customer has no e-mail address.")
    kind = kind_of(thing)
    journal.announce(thing, SCENARIOS[kind], at=at, topic="email", payload={"to": recipients})
    after: dict[str, Any] = {"to": recipients}
    journal.record(thing, f"{kind}.email_requested", actor=actor, at=at, after=after)
    return recipients
