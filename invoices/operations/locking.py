"""Locks for documents: the customer first, then the document; a deleted customer's documents still change."""

from __future__ import annotations

import uuid

from customers.models import Customer
from invoices.models import CreditNote, Invoice


def lock_customers(customer_ids: set[uuid.UUID]) -> dict[uuid.UUID, Customer]:
    """Lock customers, deleted ones included, in the order of their keys, and return them."""
    rows = (
        Customer.objects.filter(pk__in=customer_ids)
        .select_related("organization")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    return {row.pk: row for row in rows}


def lock_invoice(invoice: Invoice) -> Invoice:
    """Lock an invoice behind its customer and return it as it is now."""
    lock_customers({invoice.customer_id})
    return (
        Invoice.objects.select_related("customer__organization")
        .select_for_update(of=("self",))
        .get(pk=invoice.pk)
    )


def lock_credit_note(note: CreditNote) -> CreditNote:
    """Lock a credit note behind its customer and its invoice, and return it as it is now."""
    lock_customers({note.customer_id})
    Invoice.objects.select_for_update(of=("self",)).get(pk=note.invoice_id)
    return (
        CreditNote.objects.select_related("invoice", "customer__organization")
        .select_for_update(of=("self",))
        .get(pk=note.pk)
    )
