"""Invoices and credit notes in words: where they stand, with the tone of the badge."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from invoices.lifecycle import CreditStatus, InvoiceStatus, PaymentStatus, RefundStatus
from invoices.models import CreditNote, Invoice


class Standing(NamedTuple):
    """What a badge says."""

    label: str
    tone: str


def number_of(invoice: Invoice) -> str:
    """Return what to call an invoice: a draft has no number yet."""
    return _("Draft") if invoice.is_draft else invoice.number


def status(invoice: Invoice) -> Standing:
    """Say where an invoice stands in its own life."""
    tones = {
        InvoiceStatus.DRAFT.value: "outline",
        InvoiceStatus.FINALIZED.value: "ok",
        InvoiceStatus.FAILED.value: "bad",
        InvoiceStatus.PENDING.value: "warn",
    }
    return Standing(str(InvoiceStatus(invoice.status).label), tones.get(invoice.status, ""))


def payment(invoice: Invoice) -> Standing:
    """Say whether an invoice has been paid; nothing for one that nobody has to pay."""
    if invoice.status != InvoiceStatus.FINALIZED:
        return Standing("", "")
    if invoice.payment_dispute_lost_at:
        return Standing(_("Dispute lost"), "bad")
    if invoice.payment_status == PaymentStatus.SUCCEEDED:
        return Standing(_("Paid"), "ok")
    if invoice.payment_overdue:
        return Standing(_("Overdue"), "bad")
    if invoice.payment_status == PaymentStatus.FAILED:
        return Standing(_("Payment failed"), "bad")
    if invoice.total_paid_amount_cents:
        return Standing(_("Partly paid"), "warn")
    return Standing(_("Due"), "info")


def standings(invoice: Invoice) -> list[Standing]:
    """Return the badges beside an invoice's number."""
    return [one for one in (status(invoice), payment(invoice)) if one.label]


def credit(note: CreditNote) -> Standing:
    """Say what became of a note's credit; nothing when it gave none."""
    if not note.credit_status:
        return Standing("", "")
    tones = {CreditStatus.AVAILABLE.value: "ok", CreditStatus.CONSUMED.value: "outline"}
    return Standing(str(CreditStatus(note.credit_status).label), tones.get(note.credit_status, ""))


def refund(note: CreditNote) -> Standing:
    """Say what became of a note's refund; nothing when it gave none."""
    if not note.refund_status:
        return Standing("", "")
    labels = {
        RefundStatus.PENDING.value: Standing(_("Refund pending"), "warn"),
        RefundStatus.SUCCEEDED.value: Standing(_("Refunded"), "ok"),
        RefundStatus.FAILED.value: Standing(_("Refund failed"), "bad"),
    }
    return labels[note.refund_status]


def note_standings(note: CreditNote) -> list[Standing]:
    """Return the badges beside a credit note's number."""
    if note.status == InvoiceStatus.DRAFT:
        return [Standing(_("Draft"), "outline")]
    return [one for one in (credit(note), refund(note)) if one.label]
