"""What the pages of the settings show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from catalog.models import Tax
from customers.models import Customer
from delivery.documents import Documented
from delivery.emails import SCENARIOS, worded
from invoices.models import CreditNote, Invoice
from invoices.operations import numbering
from organizations.models import Membership, Organization
from organizations.permissions import Role
from payments.models import Payment, PaymentReceipt

POWERS = {
    Role.OWNER.value: _("Everything, with members, keys, webhooks, providers and settings"),
    Role.MANAGER.value: _("Customers, catalog, subscriptions, deletion and all that finance may"),
    Role.FINANCE.value: _("Invoices, credit notes, payments, coupons, wallets, import of usage"),
    Role.VIEWER.value: _("Reads everything, changes nothing"),
}


def members_of(organization: Organization) -> list[Membership]:
    """Return the members with their operators, by address; one query."""
    rows = Membership.objects.of(organization).select_related("operator")
    return list(rows.order_by("operator__email", "pk"))


def find_member(organization: Organization, pk: uuid.UUID) -> Membership | None:
    """Return a member with its operator; one query."""
    rows = Membership.objects.of(organization).select_related("operator", "organization")
    return rows.filter(pk=pk).first()


@dataclass(frozen=True)
class MailPreview:
    """An e-mail as a customer would get it."""

    scenario: str
    is_sent: bool
    subject: str
    sender: str
    reply_to: str
    body: str
    attachment: str


def mail_previews(organization: Organization, *, at: datetime) -> list[MailPreview]:
    """Return each e-mail with sample values, worded as it would be sent; no query."""
    return [
        _preview(organization, kind, thing) for kind, thing in _samples(organization, at).items()
    ]


def _preview(organization: Organization, kind: str, thing: Documented) -> MailPreview:
    mail = worded(thing)
    return MailPreview(
        scenario=SCENARIOS[kind],
        is_sent=SCENARIOS[kind] in organization.email_settings,
        subject=str(mail.subject),
        sender=mail.from_email,
        reply_to=", ".join(mail.reply_to),
        body=str(mail.body),
        attachment=f"{thing.number}.pdf",
    )


def _samples(organization: Organization, at: datetime) -> dict[str, Documented]:
    """Return an invoice, a credit note and a receipt that are not stored."""
    customer = Customer(
        organization=organization, name="Ada Lovelace", external_id="ada", sequential_id=1
    )
    numbers = numbering.written(organization, customer.sequential_id, 1, 1, at=at)
    number = numbers[organization.document_numbering]
    today, currency = customer.local_date(at), organization.default_currency
    invoice = Invoice(
        customer=customer,
        number=number,
        currency=currency,
        issuing_date=today,
        payment_due_date=today + timedelta(days=organization.net_payment_term),
        total_amount_cents=12_000,
    )
    note = CreditNote(
        customer=customer, invoice=invoice, number=f"{number}-CN001", currency=currency
    )
    note.issuing_date, note.total_amount_cents = today, 2_000
    payment = Payment(customer=customer, currency=currency, amount_cents=12_000, paid_at=at)
    receipt = PaymentReceipt(payment=payment, number=f"{number}-R001")
    return {"invoice": invoice, "credit_note": note, "payment_receipt": receipt}


def next_numbers(organization: Organization, *, at: datetime) -> dict[str, str]:
    """Return the number of the next invoice, by the way of counting; 5 queries.

    By customer it is the next one of the customer who came last.
    """
    customers = Customer.objects.of(organization).kept()
    return numbering.next_numbers(organization, customers.order_by("-sequential_id").first(), at=at)


def taxes_of(organization: Organization) -> tuple[list[Tax], list[Tax]]:
    """Return the taxes that apply to everybody, and the others; one query."""
    rows = list(Tax.objects.of(organization).kept().order_by("name", "pk"))
    return (
        [tax for tax in rows if tax.applied_to_organization],
        [tax for tax in rows if not tax.applied_to_organization],
    )
