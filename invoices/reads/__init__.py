"""Invoices, fees and credit notes as screens and the API read them."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from customers.models import Customer
from invoices.lifecycle import InvoiceStatus
from invoices.models import CreditNote, CreditNoteItem, Fee, Invoice, InvoiceTax
from organizations.models import Organization
from persistence.searching import contains, found_by


def visible_invoices(organization: Organization) -> QuerySet[Invoice]:
    """Invoices that lists show, with customer, metadata and taxes; no query yet (3 when read)."""
    return (
        Invoice.objects.of(organization)
        .visible()
        .select_related("customer__organization", "customer__customer_provider__provider")
        .prefetch_related(
            "metadata",
            "customer__metadata",
            Prefetch("applied_taxes", InvoiceTax.objects.order_by("tax_code", "pk")),
        )
    )


def matching_invoices(rows: QuerySet[Invoice], text: str) -> QuerySet[Invoice]:
    """Those whose number, or whose customer's names and ids, contain `text`."""
    customers = Customer.objects.matching(text).values("pk")
    return found_by(rows, text, contains("number", text), Q(customer__in=customers))


def shown_fees(organization: Organization) -> QuerySet[Fee]:
    """Fees with what their shape needs; those of invoices that nobody sees are left out."""
    return (
        Fee.objects.of(organization)
        .filter(deleted_at=None)
        .filter(
            Q(invoice=None)
            | Q(invoice__status__in=["draft", "finalized", "voided", "failed", "pending"])
        )
        .select_related("subscription", "customer", "charge", "charge_filter")
        .prefetch_related("true_ups", "applied_taxes")
    )


def shown_credit_notes(organization: Organization) -> QuerySet[CreditNote]:
    """Final credit notes with what their shape needs."""
    fees = Fee.objects.select_related(
        "subscription", "customer", "charge", "charge_filter"
    ).prefetch_related("true_ups")
    items = CreditNoteItem.objects.prefetch_related(Prefetch("fee", fees)).order_by(
        "created_at", "pk"
    )
    return (
        CreditNote.objects.of(organization)
        .filter(status=InvoiceStatus.FINALIZED)
        .select_related(
            "invoice", "customer__organization", "customer__customer_provider__provider"
        )
        .prefetch_related("customer__metadata", Prefetch("items", items), "applied_taxes")
    )
