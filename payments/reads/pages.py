"""What the pages of payments show."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import JournalEntry
from console import vocabulary
from console.bulk import Bulk
from console.listing import Column, Filter, Listing
from customers.models import Customer
from invoices.models import Invoice
from organizations.models import Organization
from payments.lifecycle import PaymentState
from payments.models import Payment, PaymentMethod, PaymentRequest, Refund

TONES = {"succeeded": "ok", "failed": "bad", "processing": "info", "pending": ""}
WAYS = [("manual", gettext_lazy("Recorded by hand")), ("provider", gettext_lazy("By a provider"))]


def payment_list(
    request: HttpRequest, organization: Organization, *, bulk: Bulk | None = None
) -> Listing:
    """Return the list of payments; three queries."""
    return Listing(
        request,
        shown(Payment.objects.of(organization)),
        name="payment-list",
        default="-created",
        columns=[
            Column("invoice", _("For"), order=("invoice__number",)),
            Column("customer", _("Customer"), order=("customer__name",)),
            Column("way", _("Method")),
            Column("amount", _("Amount"), order=("currency", "amount_cents"), is_number=True),
            Column("status", _("Status"), order=("status",)),
            Column("created", _("Date"), order=("created_at",)),
        ],
        filters=[
            Filter("status", _("Status"), PaymentState.choices, _of_status),
            Filter("way", _("Method"), WAYS, _by_way),
        ],
        search=_matching,
        can_export=True,
        bulk=bulk,
    )


def shown(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    """Read payments with what a line of a table shows of them."""
    return rows.select_related(
        "customer", "invoice", "provider", "payment_request", "receipt"
    ).prefetch_related("payment_request__invoices")


def _of_status(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(status=value)


def _by_way(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(provider__isnull=value == "manual")


def _matching(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    found = (
        Q(reference__icontains=term)
        | Q(provider_payment_id__icontains=term)
        | Q(invoice__number__icontains=term)
        | Q(receipt__number__icontains=term)
        | Q(customer__name__icontains=term)
        | Q(customer__external_id__icontains=term)
    )
    with suppress(ValueError):
        found |= Q(pk=uuid.UUID(term))
    return rows.filter(found)


def line(payment: Payment) -> dict[str, Any]:
    """Return a payment as a table shows it; no query for rows of `shown`."""
    return {
        "row": payment,
        "tone": TONES[payment.status],
        "label": payment.get_status_display(),
        "for": what_for(payment),
        "way": payment.provider.name if payment.provider else _("By hand"),
        "detail": payment.reference or payment.provider_payment_id or "",
    }


def lines(payments: Iterable[Payment]) -> list[dict[str, Any]]:
    """Return payments as a table shows them."""
    return [line(payment) for payment in payments]


def what_for(payment: Payment) -> str:
    """Name the invoice that a payment is for, or say how many."""
    if payment.invoice:
        return payment.invoice.number
    count = len(payment.payment_request.invoices.all()) if payment.payment_request else 0
    return _("%(count)d invoices") % {"count": count}


def find(organization: Organization, pk: uuid.UUID) -> Payment | None:
    """Return a payment of the organization with what its page shows; two queries."""
    return shown(Payment.objects.of(organization)).filter(pk=pk).first()


def invoices_of(payment: Payment) -> list[tuple[Invoice, str]]:
    """Return the invoices that a payment is for with their addresses; no query for a payment of `find`."""
    if payment.payment_request:
        return _addressed(payment.payment_request.invoices.all())
    return _addressed([payment.invoice] if payment.invoice else [])


def _addressed(invoices: Iterable[Invoice]) -> list[tuple[Invoice, str]]:
    rows = sorted(invoices, key=lambda row: row.number)
    return [(row, f"/invoices/{row.pk}/") for row in rows]


def refunds_of(payment: Payment) -> list[tuple[Refund, str]]:
    """Return what has gone back of a payment with the notes' addresses, the newest first; one query."""
    rows = Refund.objects.filter(payment=payment).select_related("credit_note")
    return [
        (row, f"/credit-notes/{row.credit_note_id}/") for row in rows.order_by("-created_at", "-pk")
    ]


def history(organization: Organization, object_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the last things that happened to an object, newest first, as a timeline; one query."""
    rows = JournalEntry.objects.of(organization).filter(object_id=object_id)
    return [
        {
            "title": vocabulary.beginning(vocabulary.deed(row.action)),
            "at": row.at,
            "actor": row.actor_label,
            "detail": (row.after or {}).get("error_message") or "",
        }
        for row in rows.order_by("-pk")[:20]
    ]


def payments_of(customer: Customer) -> list[dict[str, Any]]:
    """Return a customer's payments, the newest first, as a table shows them; two queries."""
    rows = shown(Payment.objects.filter(customer=customer))
    return lines(rows.order_by("-created_at", "-pk")[:100])


def requests_of(customer: Customer) -> list[tuple[PaymentRequest, list[tuple[Invoice, str]]]]:
    """Return a customer's payment requests with their invoices, the newest first; two queries."""
    rows = PaymentRequest.objects.filter(customer=customer).prefetch_related("invoices")
    found = rows.order_by("-created_at", "-pk")[:50]
    return [(row, _addressed(row.invoices.all())) for row in found]


def methods_of(customer: Customer) -> QuerySet[PaymentMethod]:
    """Return the means of payment that a customer has left, the default first; one query."""
    rows = PaymentMethod.objects.kept().filter(customer=customer).select_related("provider")
    return rows.order_by("-is_default", "-created_at", "-pk")


def overdue_of(customer: Customer) -> QuerySet[Invoice]:
    """Return a customer's overdue invoices that may be asked for, the oldest first; one query."""
    rows = Invoice.objects.finalized().filter(
        customer=customer, payment_overdue=True, ready_for_payment_processing=True
    )
    return rows.order_by("payment_due_date", "pk")
