"""The lists of invoices, credit notes and billing failures."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.bulk import Bulk
from console.listing import Column, Filter, Listing
from customers.models import Customer
from invoices.lifecycle import CreditStatus, RefundStatus
from invoices.models import BillingFailure, CreditNote, Invoice
from invoices.models.credit_note import Reason
from invoices.models.invoice import InvoiceType
from invoices.reads import matching_invoices
from organizations.models import Organization

Rows = QuerySet[Any]
STATUSES = [
    ("draft", _("Draft")),
    ("finalized", _("Finalized")),
    ("voided", _("Voided")),
    ("failed", _("Failed")),
]
PAYMENTS = [
    ("due", _("Due")),
    ("overdue", _("Overdue")),
    ("paid", _("Paid")),
    ("partly", _("Partly paid")),
    ("failed", _("Payment failed")),
    ("disputed", _("Dispute lost")),
]
PAID = {
    "due": Q(payment_status="pending"),
    "overdue": Q(payment_overdue=True),
    "paid": Q(payment_status="succeeded"),
    "partly": Q(payment_status="pending", total_paid_amount_cents__gt=0),
    "failed": Q(payment_status="failed"),
    "disputed": Q(payment_dispute_lost_at__isnull=False),
}
OWNERS = [("kept", _("Customers")), ("deleted", _("Deleted customers"))]


def invoice_list(
    request: HttpRequest,
    organization: Organization,
    *,
    customer: Customer | None = None,
    bulk: Bulk | None = None,
) -> Listing:
    """Return the list of invoices, all or one customer's; three queries."""
    rows = Invoice.objects.of(organization).visible().select_related("customer")
    if customer is not None:
        rows = rows.filter(customer=customer)
    of_all = [] if customer else [Filter("customer", _("Customer"), OWNERS, _owner)]
    owners = [] if customer else [_customer_column()]
    return Listing(
        request,
        rows.annotate(due_cents=_due()),
        name="invoice-list",
        default="-issued",
        columns=[
            Column("number", _("Invoice"), order=("number",)),
            *owners,
            Column("status", _("Status"), order=("status",)),
            Column("payment", _("Payment"), order=("payment_status",)),
            Column("total", _("Amount"), order=("total_amount_cents",), is_number=True),
            Column("due", _("Due"), order=("due_cents",), is_number=True),
            Column("issued", _("Issued"), order=("issuing_date", "created_at")),
            Column("due_on", _("Due on"), order=("payment_due_date",)),
        ],
        filters=[
            Filter("status", _("Status"), STATUSES, _status),
            Filter("payment", _("Payment"), PAYMENTS, _payment),
            Filter("type", _("Type"), InvoiceType.choices, _type),
            *of_all,
        ],
        search=matching_invoices,
        can_export=True,
        bulk=bulk,
    )


def _customer_column() -> Column:
    return Column("customer", _("Customer"), order=("customer__name",))


def _due() -> Any:
    return F("total_amount_cents") - F("total_paid_amount_cents") - F("offset_amount_cents")


def _owner(rows: Rows, value: str) -> Rows:
    return rows.filter(customer__deleted_at__isnull=value == "kept")


def _status(rows: Rows, value: str) -> Rows:
    return rows.filter(status=value)


def _payment(rows: Rows, value: str) -> Rows:
    return rows.filter(PAID[value], status="finalized")


def _type(rows: Rows, value: str) -> Rows:
    return rows.filter(invoice_type=value)


def note_list(
    request: HttpRequest, organization: Organization, *, customer: Customer | None = None
) -> Listing:
    """Return the list of credit notes, all or one customer's; two queries."""
    rows = CreditNote.objects.of(organization).finalized().select_related("customer", "invoice")
    if customer is not None:
        rows = rows.filter(customer=customer)
    of_all = [] if customer else [Filter("customer", _("Customer"), OWNERS, _owner)]
    owners = [] if customer else [_customer_column()]
    return Listing(
        request,
        rows,
        name="credit-note-list",
        default="-issued",
        columns=[
            Column("number", _("Credit note"), order=("number",)),
            *owners,
            Column("invoice", _("Invoice"), order=("invoice__number",)),
            Column("reason", _("Reason"), order=("reason",)),
            Column("state", _("Status"), order=("credit_status", "refund_status")),
            Column("total", _("Amount"), order=("total_amount_cents",), is_number=True),
            Column("left", _("Credit left"), order=("balance_amount_cents",), is_number=True),
            Column("issued", _("Issued"), order=("issuing_date", "created_at")),
        ],
        filters=[
            Filter("credit", _("Credit"), CreditStatus.choices, _credit),
            Filter("refund", _("Refund"), RefundStatus.choices, _refund),
            Filter("reason", _("Reason"), Reason.choices, _reason),
            *of_all,
        ],
        search=_matching_notes,
        can_export=True,
    )


def _credit(rows: Rows, value: str) -> Rows:
    return rows.filter(credit_status=value)


def _refund(rows: Rows, value: str) -> Rows:
    return rows.filter(refund_status=value)


def _reason(rows: Rows, value: str) -> Rows:
    return rows.filter(reason=value)


def _matching_notes(rows: Rows, text: str) -> Rows:
    return rows.filter(
        Q(number__icontains=text)
        | Q(invoice__number__icontains=text)
        | Q(customer__name__icontains=text)
        | Q(customer__legal_name__icontains=text)
        | Q(customer__external_id__icontains=text)
        | Q(description__icontains=text)
    )


def failure_list(request: HttpRequest, organization: Organization) -> Listing:
    """Return the list of customers whom a billing run had to leave out; two queries."""
    return Listing(
        request,
        BillingFailure.objects.of(organization).select_related("customer"),
        name="failure-list",
        default="-last",
        columns=[
            Column("customer", _("Customer"), order=("customer__name",)),
            Column("why", _("Why"), order=("code",)),
            Column("attempts", _("Attempts"), order=("attempts",), is_number=True),
            Column("first", _("First failed"), order=("created_at",)),
            Column("last", _("Last failed"), order=("last_failed_at",)),
            Column("state", _("Status"), order=("resolved_at",)),
        ],
        filters=[
            Filter("state", _("Status"), [("open", _("Open")), ("resolved", _("Resolved"))], _open)
        ],
        search=_matching_failures,
        can_export=True,
    )


def _open(rows: Rows, value: str) -> Rows:
    return rows.filter(resolved_at__isnull=value == "open")


def _matching_failures(rows: Rows, text: str) -> Rows:
    return rows.filter(
        Q(customer__name__icontains=text)
        | Q(customer__external_id__icontains=text)
        | Q(code__icontains=text)
        | Q(message__icontains=text)
    )


def open_failures(organization: Organization) -> int:
    """Count the customers who are left out of billing; one query."""
    return BillingFailure.objects.of(organization).filter(resolved_at=None).count()
