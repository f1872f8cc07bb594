"""What payments change in an invoice: what has been paid, its payment status, whether it is overdue.

Source: docs/billing-policy.md, section "Payments". Every invoice given here is locked by the caller
(`invoices.operations.locking.lock_invoice`) and comes with its customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from activity import journal
from activity.actors import Actor
from invoices.lifecycle import INVOICE, InvoiceStatus, PaymentStatus
from invoices.models import Fee, Invoice
from invoices.models.invoice import InvoiceType
from invoices.operations.numbering import assign_numbers
from persistence.saving import save_valid

COLUMNS = (
    "total_paid_amount_cents",
    "payment_status",
    "payment_overdue",
    "ready_for_payment_processing",
    "updated_at",
)


def add_payment(invoice: Invoice, cents: int, *, actor: Actor, at: datetime) -> Invoice:
    """Count `cents` minor units as paid; the invoice has succeeded when nothing is due any more.

    Raises Invalid ``amount_cents: value_is_out_of_range`` when more would be paid than is due.
    """
    invoice.total_paid_amount_cents += cents
    is_settled = invoice.total_due_amount_cents <= 0
    status = PaymentStatus.SUCCEEDED if is_settled else PaymentStatus.PENDING
    return set_payment_status(invoice, status, actor=actor, at=at)


def set_payment_status(
    invoice: Invoice, status: PaymentStatus, *, actor: Actor, at: datetime
) -> Invoice:
    """Store the payment status with what has been paid; one that has succeeded is not overdue.

    The fees follow. The webhook ``invoice.payment_status_updated`` goes out when the status is another.
    """
    before = (
        Invoice.objects.filter(pk=invoice.pk)
        .values("payment_status", "total_paid_amount_cents", "payment_overdue")
        .get()
    )
    invoice.payment_status, invoice.updated_at = status, at
    if status == PaymentStatus.SUCCEEDED:
        invoice.payment_overdue = invoice.ready_for_payment_processing = False
    elif before["payment_status"] == PaymentStatus.SUCCEEDED:
        invoice.ready_for_payment_processing = True
    save_valid(invoice, update_fields=COLUMNS)
    old, new = journal.changes(before, {name: getattr(invoice, name) for name in before})
    if new:
        journal.record(
            invoice, "invoice.payment_updated", actor=actor, at=at, before=old, after=new
        )
    if "payment_status" in new:
        _tell_fees(invoice, at)
        journal.announce(invoice, "invoice.payment_status_updated", at=at)
    return invoice


def _tell_fees(invoice: Invoice, at: datetime) -> None:
    status = invoice.payment_status
    Fee.objects.filter(invoice=invoice).update(
        payment_status=status,
        succeeded_at=at if status == PaymentStatus.SUCCEEDED else None,
        failed_at=at if status == PaymentStatus.FAILED else None,
        updated_at=at,
    )


def finalize_open(invoice: Invoice, *, actor: Actor, at: datetime) -> Invoice:
    """Make an invoice that waited for its payment final: it gets its number and the dates of now."""
    INVOICE.require(invoice.status, InvoiceStatus.FINALIZED)
    before = invoice.status
    assign_numbers([invoice], at=at)
    today = invoice.customer.local_date(at)
    invoice.status, invoice.finalized_at, invoice.updated_at = InvoiceStatus.FINALIZED, at, at
    invoice.issuing_date = invoice.expected_finalization_date = today
    invoice.payment_due_date = today + timedelta(days=invoice.net_payment_term)
    save_valid(invoice)
    journal.record(
        invoice,
        "invoice.finalized",
        actor=actor,
        at=at,
        before={"status": before},
        after={"status": "finalized", "number": invoice.number},
    )
    is_credit = invoice.invoice_type == InvoiceType.CREDIT
    journal.announce(
        invoice, "invoice.paid_credit_added" if is_credit else "invoice.created", at=at
    )
    journal.announce(invoice, "invoice.document", at=at, topic="document")
    return invoice


def mark_overdue(invoices: Sequence[Invoice], *, actor: Actor, at: datetime) -> None:
    """Mark invoices as overdue and announce it; four statements for any number."""
    if not invoices:
        return
    Invoice.objects.filter(pk__in=[invoice.pk for invoice in invoices]).update(
        payment_overdue=True, updated_at=at
    )
    journal.record_many(
        journal.entry_for(
            invoice, "invoice.overdue", actor=actor, at=at, after={"payment_overdue": True}
        )
        for invoice in invoices
    )
    journal.announce_many(
        journal.announcement(invoice, "invoice.payment_overdue", at=at) for invoice in invoices
    )
