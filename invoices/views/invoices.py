"""Invoices to read: the list, one, a line of it, and who could not be billed."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from billing.errors import NotFound
from console import formats
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.history import history
from console.htmx import page_or_fragment
from delivery.documents.parties import Party, parties, seller
from delivery.documents.writing import Writer
from invoices.models import BillingFailure, Fee, Invoice
from invoices.reads import actions, document, explanation, lists, wording
from invoices.reads.batch_actions import bulk_of
from invoices.reads.wording import number_of
from organizations.models import Organization
from usage.reads.verdicts import read_by

LIST = (gettext_lazy("Invoices"), "/invoices/")
HEAD = [
    "number", "type", "status", "payment", "customer", "external_customer_id", "currency",
    "amount_cents", "due_cents", "issued", "due_on", "id",
]  # fmt: skip
FAILURE_HEAD = "customer external_customer_id code reason attempts first last resolved".split()


@operator_view()
def invoice_list(request: OperatorRequest) -> HttpResponse:
    """List the invoices."""
    bulk = bulk_of(request.membership)
    listing = lists.invoice_list(request, request.organization, bulk=bulk)
    if listing.wants_export:
        rows = (csv_line(invoice) for invoice in listing.matching.iterator())
        return csv_answer("invoices", HEAD, rows)
    context = {
        "listing": listing,
        "invoices": with_words(listing.rows),
        "failures": lists.open_failures(request.organization),
    }
    return page_or_fragment(request, "invoices/list.html", context)


def with_words(rows: Any) -> list[tuple[Any, ...]]:
    """Return each invoice with what its badges say."""
    return [(invoice, wording.status(invoice), wording.payment(invoice)) for invoice in rows]


def csv_line(invoice: Invoice) -> list[Any]:
    """Return an invoice as a line of a file, under HEAD."""
    customer = invoice.customer
    return [
        invoice.number,
        invoice.invoice_type,
        invoice.status,
        wording.payment(invoice).label,
        customer.shown_name,
        customer.external_id,
        invoice.currency,
        invoice.total_amount_cents,
        invoice.total_due_amount_cents,
        invoice.issuing_date,
        invoice.payment_due_date,
        invoice.pk,
    ]


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show an invoice."""
    invoice = find(request, pk)
    payments, notes = document.payments_of(invoice), document.notes_on(invoice)
    blocks = document.blocks(invoice)
    lines = [line.fee.pk for block in blocks for line in block.lines]
    shown = [
        invoice.pk,
        *lines,
        *(payment.pk for payment in payments),
        *(note.pk for note in notes),
    ]
    context = {
        "invoice": invoice,
        "customer": invoice.customer,
        "standings": wording.standings(invoice),
        "relatives": document.relatives(invoice),
        "parties": _parties(invoice, request.organization),
        "blocks": blocks,
        "totals": document.totals(invoice),
        "payments": payments,
        "notes": [(note, wording.note_standings(note)) for note in notes],
        "metadata": list(invoice.metadata.order_by("created_at", "pk")),
        "history": history(request.organization, shown),
        "actions": actions.invoice_actions(invoice, request.membership),
        "pdf_url": reverse("delivery:invoice_pdf", args=[invoice.pk]) + "?download",
        "address": request.build_absolute_uri(request.path),
        "crumbs": [LIST, (number_of(invoice), "")],
    }
    return page_or_fragment(request, "invoices/detail.html", context)


def _parties(invoice: Invoice, organization: Organization) -> list[Party]:
    """Return who bills whom, as on the document, in the operator's language."""
    write = Writer(get_language() or "en", invoice.currency, invoice.timezone)
    return [seller(organization, write), *parties(invoice.customer, write)]


@operator_view()
def fee(request: OperatorRequest, pk: uuid.UUID, fee_pk: uuid.UUID) -> HttpResponse:
    """Explain the amount of a line: its steps, and the events at their root."""
    invoice = find(request, pk)
    rows = Fee.objects.filter(invoice=invoice, deleted_at=None).select_related(
        "invoice", "subscription__organization", "charge__billable_metric", "true_up_parent"
    )
    found = rows.filter(pk=fee_pk).first()
    if found is None:
        raise NotFound("fee", _("This line does not exist."))
    events = explanation.events_of_fee(found)
    context = {
        "invoice": invoice,
        "line": document.line_of(found, invoice),
        "steps": explanation.steps_of(found),
        "total": formats.money(found.amount_cents, found.amount_currency),
        "after": explanation.after_the_fee(found),
        "events": read_by(found.charge.billable_metric, events) if found.charge else [],
        "is_cut": len(events) == explanation.MOST_EVENTS,
        "most": explanation.MOST_EVENTS,
        "crumbs": [LIST, (number_of(invoice), _url(invoice)), (found.shown_name, "")],
    }
    return page_or_fragment(request, "invoices/fee.html", context)


@operator_view()
def failures(request: OperatorRequest) -> HttpResponse:
    """List the customers whom a billing run had to leave out, with the reason."""
    listing = lists.failure_list(request, request.organization)
    if listing.wants_export:
        lines = (_failure_line(row) for row in listing.matching.iterator())
        return csv_answer("billing-failures", FAILURE_HEAD, lines)
    context = {"listing": listing, "crumbs": [LIST, (_("Billing failures"), "")]}
    return page_or_fragment(request, "invoices/failures.html", context)


def _failure_line(row: BillingFailure) -> list[Any]:
    who = [row.customer.name, row.customer.external_id]
    when = [row.created_at, row.last_failed_at, row.resolved_at]
    return [*who, row.code, row.message, row.attempts, *when]


def find(request: OperatorRequest, pk: uuid.UUID) -> Invoice:
    """Return an invoice of the organization; raises NotFound."""
    invoice = document.find(request.organization, pk)
    if invoice is None:
        raise NotFound(
            "invoice", _("This invoice does not exist, or it was a draft and is deleted.")
        )
    return invoice


def crumbs_to(invoice: Invoice, last: str) -> list[tuple[Any, str]]:
    """Return the way to a page about an invoice."""
    return [LIST, (number_of(invoice), _url(invoice)), (last, "")]


def _url(invoice: Invoice) -> str:
    return reverse("invoices:detail", args=[invoice.pk])
