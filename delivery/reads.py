"""What the pages of delivery show, a fixed number of queries each."""

from __future__ import annotations

from typing import Any

from invoices.models import CreditNote, Invoice
from payments.models import PaymentReceipt
from persistence.querysets import Rows

SHOWN = ("draft", "finalized", "voided", "failed", "pending")


def documented(kind: str) -> Rows[Any]:
    """Return the rows of a kind that have a document, with what it needs; one query when read."""
    if kind == "invoice":
        rows = Invoice.objects.filter(status__in=SHOWN)
        return rows.select_related("customer__organization", "organization")
    if kind == "credit_note":
        rows = CreditNote.objects.filter(status__in=SHOWN)
        return rows.select_related("customer__organization", "organization", "invoice")
    return PaymentReceipt.objects.select_related(
        "organization",
        "payment__customer__organization",
        "payment__invoice",
        "payment__provider",
        "payment__payment_request",
    )


def issued(kind: str) -> Rows[Any]:
    """Return those that are final, so that customers may get them."""
    rows = documented(kind)
    return rows if kind == "payment_receipt" else rows.filter(status__in=("finalized", "voided"))
