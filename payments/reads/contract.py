"""Payments, requests and receipts as the API writes them, a fixed number of queries each."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from invoices.models import Invoice
from organizations.models import Organization
from payments.models import Payment, PaymentReceipt, PaymentRequest


def payments_with_all(organization: Organization) -> QuerySet[Payment]:
    """Return the organization's payments, newest first, with what the API writes of them; two queries."""
    return (
        Payment.objects.of(organization)
        .select_related(
            "customer__organization",
            "customer__customer_provider",
            "invoice",
            "provider",
            "payment_request",
        )
        .prefetch_related("payment_request__invoices")
        .order_by("-created_at", "-pk")
    )


def of_invoice(rows: QuerySet[Payment], invoice_id: str) -> QuerySet[Payment]:
    """Keep the payments of one invoice, those through a payment request too."""
    return rows.filter(
        Q(invoice_id=invoice_id)
        | Q(payment_request__in=PaymentRequest.objects.filter(invoices=invoice_id))
    )


def requests_with_all(organization: Organization) -> QuerySet[PaymentRequest]:
    """Return the organization's payment requests, newest first, with customer and invoices; three queries."""
    return (
        PaymentRequest.objects.of(organization)
        .select_related("customer__organization", "customer__customer_provider__provider")
        .prefetch_related(
            "customer__metadata",
            Prefetch("invoices", Invoice.objects.order_by("payment_due_date", "pk")),
        )
        .order_by("-created_at", "-pk")
    )


def receipts_with_all(organization: Organization) -> QuerySet[PaymentReceipt]:
    """Return the organization's receipts, newest first, with their payments; two queries."""
    return (
        PaymentReceipt.objects.of(organization)
        .select_related(
            "payment__customer__organization",
            "payment__customer__customer_provider",
            "payment__invoice",
            "payment__provider",
            "payment__payment_request",
        )
        .prefetch_related("payment__payment_request__invoices")
        .order_by("-created_at", "-pk")
    )
