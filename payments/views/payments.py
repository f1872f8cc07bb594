"""Payments: list, one, record one on an invoice, send an invoice to collection again."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import NotFound
from billing.money import Money
from console import formats
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from invoices.models import Invoice
from invoices.reads.batch_actions import bulk_of_payments
from organizations import clock
from payments.forms import RecordPaymentForm
from payments.models import Payment
from payments.reads import pages
from workflows.record_payment import record_payment
from workflows.retry_payment import retry_payment

LIST = (gettext_lazy("Payments"), "/payments/")
EXPORTED = ["id", "amount_cents", "currency", "status", "for", "customer", "method", "reference"]


@operator_view()
def payment_list(request: OperatorRequest) -> HttpResponse:
    """List the payments."""
    bulk = bulk_of_payments(request.membership)
    listing = pages.payment_list(request, request.organization, bulk=bulk)
    if listing.wants_export:
        rows = listing.matching.iterator(chunk_size=500)
        return csv_answer("payments", [*EXPORTED, "date"], (_exported(row) for row in rows))
    context = {"listing": listing, "payments": pages.lines(listing.rows)}
    return page_or_fragment(request, "payments/list.html", context)


def _exported(payment: Payment) -> list[Any]:
    written = pages.line(payment)
    return [
        payment.pk,
        payment.amount_cents,
        payment.currency,
        payment.status,
        written["for"],
        payment.customer.external_id,
        written["way"],
        written["detail"],
        payment.created_at,
    ]


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a payment: what it is for, what went back, what happened."""
    payment = pages.find(request.organization, pk)
    if payment is None:
        raise NotFound("payment", _("This payment does not exist."))
    amount = formats.money(payment.amount_cents, payment.currency)
    context = {
        "payment": payment,
        "amount": amount,
        "line": pages.line(payment),
        "invoices": pages.invoices_of(payment),
        "customer_url": f"/customers/{payment.customer_id}/",
        "refunds": pages.refunds_of(payment),
        "history": pages.history(request.organization, payment.pk),
        "crumbs": [LIST, (amount, "")],
    }
    return page_or_fragment(request, "payments/detail.html", context)


@operator_view("payments")
@once
def record(request: OperatorRequest, invoice_id: uuid.UUID) -> HttpResponse:
    """Record a payment that arrived outside of any provider."""
    invoice = find_invoice(request, invoice_id)
    now = clock.now(request.organization)
    form = RecordPaymentForm(
        request.POST or None, invoice=invoice, zone=invoice.customer.zone, now=now
    )
    payment = request.method == "POST" and submit(
        form,
        lambda data: record_payment(
            invoice,
            amount_cents=data["amount_cents"],
            reference=data["reference"],
            paid_at=data["paid_at"],
            actor=request.actor,
            at=now,
        ),
    )
    if payment:
        names = {
            "amount": formats.money(payment.amount_cents, payment.currency),
            "invoice": invoice.number,
        }
        message = _("A payment of %(amount)s on invoice %(invoice)s is recorded.") % names
        return done(request, message, to=f"/invoices/{invoice.pk}/")
    title = _("Record a payment on %(invoice)s") % {"invoice": invoice.number}
    context = {
        "form": form,
        "title": title,
        "text": _due(invoice),
        "label": _("Record payment"),
        "cancel_url": f"/invoices/{invoice.pk}/",
        "crumbs": [
            (_("Invoices"), "/invoices/"),
            (invoice.number, f"/invoices/{invoice.pk}/"),
            (_("Record a payment"), ""),
        ],
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "payments/form.html", context, status=status)


def _due(invoice: Invoice) -> str:
    due = Money(invoice.total_due_amount_cents, invoice.currency)
    names = {"customer": invoice.customer, "due": formats.money(due.cents, due.currency)}
    return _("%(customer)s owes %(due)s on it.") % names


@operator_view("payments")
@once
def collect(request: OperatorRequest, invoice_id: uuid.UUID) -> HttpResponse:
    """Ask, and put an invoice before its customer's provider again."""
    invoice = find_invoice(request, invoice_id)
    back = f"/invoices/{invoice.pk}/"
    if request.method == "POST":
        retry_payment(invoice, actor=request.actor, at=clock.now(request.organization))
        message = _("Invoice %(invoice)s is sent to collection.") % {"invoice": invoice.number}
        return done(request, message, to=back)
    tie = getattr(invoice.customer, "customer_provider", None)
    provider = tie.provider.name if tie else ""
    names = {
        "provider": provider,
        "due": formats.money(invoice.total_due_amount_cents, invoice.currency),
    }
    asked = _("%(provider)s is asked for %(due)s") % names
    nobody = _("Nobody is asked: the customer has no payment provider")
    context = {
        "title": _("Send %(invoice)s to collection again?") % {"invoice": invoice.number},
        "effects": [
            {"label": asked if provider else nobody, "icon": "credit-card" if provider else "ban"}
        ],
        "action": reverse("payments:collect", args=[invoice.pk]),
        "submit_label": _("Send to collection"),
        "cancel_url": back,
        "crumbs": [(_("Invoices"), "/invoices/"), (invoice.number, back), (_("Collect"), "")],
    }
    return page_or_fragment(request, "console/confirm.html", context)


def find_invoice(request: OperatorRequest, invoice_id: uuid.UUID) -> Invoice:
    """Return a visible invoice of the organization; raises NotFound."""
    rows = Invoice.objects.of(request.organization).visible()
    known = rows.select_related("customer__organization", "customer__customer_provider__provider")
    invoice = known.filter(pk=invoice_id).first()
    if invoice is None:
        raise NotFound("invoice", _("This invoice does not exist."))
    return invoice
