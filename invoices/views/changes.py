"""What operators do with an invoice: finalize, refresh, delete, dispute, note."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from console import formats
from console.access import OperatorRequest, operator_view
from console.forms import grown, wants_row
from console.htmx import done, page_or_fragment
from console.plans import answered
from console.views import once
from invoices.forms.metadata import Entries
from invoices.lifecycle import InvoiceStatus
from invoices.models import Invoice
from invoices.reads.wording import number_of
from invoices.views.invoices import crumbs_to, find
from organizations import clock
from workflows.delete_draft_invoice import delete_draft_invoice
from workflows.dispute_invoice import dispute_invoice
from workflows.finalize_invoice import finalize_invoice
from workflows.refresh_invoice import refresh_invoice
from workflows.update_invoice import update_invoice


@operator_view("invoices")
@once
def finalize(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what finalizing a draft will do, and do it."""
    invoice = find(request, pk)
    answer = answered(request, partial(finalize_invoice, invoice, actor=request.actor))
    final = answer.result
    if final is not None:
        message = _("Invoice %(number)s is finalized.") % {"number": final.number}
        if final.status == InvoiceStatus.CLOSED:
            return done(
                request, _("Nothing was left to bill: the draft is closed."), to="/invoices/"
            )
        return done(request, message, to=_url(final))
    label = _("Finalize invoice")
    return _ask(request, invoice, "finalize", label, answer.context, status=answer.status)


@operator_view("invoices")
@once
@require_POST
def refresh(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Work a draft out anew, with the usage and prices of now."""
    invoice = find(request, pk)
    fresh = refresh_invoice(invoice, **_by(request))
    amount = formats.money(fresh.total_amount_cents, fresh.currency)
    message = _("The draft is worked out anew: %(amount)s.") % {"amount": amount}
    return done(request, message, to=_url(invoice))


@operator_view("invoices")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and delete a draft."""
    invoice = find(request, pk)
    if request.method == "POST":
        delete_draft_invoice(invoice, **_by(request))
        message = _("The draft of %(customer)s is deleted.") % {"customer": invoice.customer}
        return done(request, message, to="/invoices/")
    lines = invoice.fees.filter(deleted_at=None).count()
    counted = ngettext("%(count)d line is dropped", "%(count)d lines are dropped", lines)
    effects = [
        {
            "label": counted % {"count": lines},
            "amount": formats.money(invoice.total_amount_cents, invoice.currency),
            "icon": "trash-2",
            "tone": "bad",
        },
        {"label": _("Its periods are free to be billed again"), "icon": "undo-2"},
    ]
    return _ask(request, invoice, "delete", _("Delete draft"), {"effects": effects, "danger": True})


@operator_view("invoices")
@once
def dispute(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and note that the dispute over an invoice is lost."""
    invoice = find(request, pk)
    if request.method == "POST":
        dispute_invoice(invoice, **_by(request))
        message = _("The dispute over %(number)s is marked as lost.") % {"number": invoice.number}
        return done(request, message, to=_url(invoice))
    effects = [
        {
            "label": _("It is not asked for any more, and is not overdue"),
            "icon": "ban",
            "tone": "bad",
        },
        {"label": _("Revenue figures leave it out"), "icon": "chart-column"},
        {"label": _("This cannot be taken back"), "icon": "lock"},
    ]
    return _ask(
        request, invoice, "dispute", _("Mark dispute as lost"), {"effects": effects, "danger": True}
    )


@operator_view("invoices")
@once
def metadata(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit an invoice's metadata."""
    invoice = find(request, pk)
    posted = request.POST if request.method == "POST" else None
    is_growing = posted is not None and wants_row(posted)
    rows = Entries(
        grown(posted) if is_growing else posted, initial=_entries(invoice), prefix="rows"
    )
    if posted is not None and not is_growing and rows.is_valid():
        update_invoice(invoice, given={"metadata": rows.entries()}, **_by(request))
        return done(request, _("The metadata are saved."), to=_url(invoice))
    context = {
        "invoice": invoice,
        "rows": rows,
        "cancel_url": _url(invoice),
        "crumbs": crumbs_to(invoice, _("Metadata")),
    }
    status = 422 if posted is not None and not is_growing else 200
    return page_or_fragment(request, "invoices/metadata.html", context, status=status)


def _entries(invoice: Invoice) -> list[dict[str, Any]]:
    return list(invoice.metadata.order_by("created_at", "pk").values("id", "key", "value"))


def _by(request: OperatorRequest) -> dict[str, Any]:
    """Return who acts and when, for a workflow."""
    return {"actor": request.actor, "at": clock.now(request.organization)}


def _url(invoice: Invoice, name: str = "detail") -> str:
    return reverse(f"invoices:{name}", args=[invoice.pk])


def _ask(
    request: OperatorRequest,
    invoice: Invoice,
    verb: str,
    label: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    words = {"verb": label, "customer": invoice.customer, "number": number_of(invoice)}
    title = _("%(verb)s of %(customer)s?") if invoice.is_draft else _("%(verb)s: %(number)s?")
    question = {
        "title": title % words,
        "action": _url(invoice, verb),
        "submit_label": label,
        "cancel_url": _url(invoice),
        "crumbs": crumbs_to(invoice, label),
        **context,
    }
    return page_or_fragment(request, "console/confirm.html", question, status=status)
