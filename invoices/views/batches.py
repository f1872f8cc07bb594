"""Do something to many invoices: show what will happen, do it row by row, show what became of each."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import NotFound
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import ConsoleForm
from console.htmx import done, page_or_fragment, refused
from console.views import token_of
from invoices.operations.batches import MOST, NewBatch, start
from invoices.reads import batches
from invoices.reads.batch_actions import ACTIONS, CSV
from invoices.tasks import carry_out
from invoices.views.invoices import HEAD, LIST, csv_line
from organizations import clock
from persistence.ids import new_id

BATCHES = (gettext_lazy("Bulk actions"), "/invoices/batches/")


class ReferenceForm(ConsoleForm):
    """What the payments are told apart by."""

    order = "reference"
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=255,
        help_text=gettext_lazy("Stands on each payment: a bank statement, a list of transfers."),
    )


@operator_view()
def index(request: OperatorRequest) -> HttpResponse:
    """List what has been done to many invoices at once."""
    listing = batches.batch_list(request, request.organization)
    context = {"listing": listing, "crumbs": [LIST, (BATCHES[0], "")]}
    return page_or_fragment(request, "invoices/batches.html", context)


@operator_view()
def ask(request: OperatorRequest) -> HttpResponse:
    """Show what an action would do to the chosen invoices, and begin with it when it is confirmed."""
    return _ask(request, "invoices")


@operator_view()
def ask_of_payments(request: OperatorRequest) -> HttpResponse:
    """Do the same for the invoices of the chosen payments."""
    return _ask(request, batches.PAYMENTS)


def _ask(request: OperatorRequest, of: str) -> HttpResponse:
    if request.GET.get("action") == CSV:
        rows = batches.chosen(request, request.organization, of).iterator()
        return csv_answer("invoices", HEAD, (csv_line(invoice) for invoice in rows))
    action = ACTIONS.get(request.GET.get("action", ""))
    if action is None:
        raise NotFound("batch_action", _("Choose what to do with the invoices."))
    if not request.membership.may(action.permission):
        return refused(request, _("Your role does not allow this. Ask an owner."), status=403)
    is_sent = request.method == "POST"
    pk = token_of(request) or new_id()  # the batch's id: a second press finds the batch
    if is_sent and batches.find(request.organization, pk):
        return done(request, "", to=reverse("invoices:batch", args=[pk]))
    selection = batches.select(request, request.organization, action, of)
    form = ReferenceForm(request.POST if is_sent else None) if action.key == "pay" else None
    text = _objection(request, selection)
    if is_sent and not text and (form is None or form.is_valid()):
        reference = form.cleaned_data["reference"] if form else ""
        chosen = (selection.chosen, selection.left_out)
        _begin(request, NewBatch(pk, action.key, *chosen, reference=reference))
        return done(request, "", to=reverse("invoices:batch", args=[pk]))
    context = _question(request, selection, form, text) | _way_back(request, of, action.label)
    status = 422 if is_sent else 200
    return page_or_fragment(request, "console/confirm.html", context, status=status)


def _objection(request: OperatorRequest, selection: batches.Selection) -> str:
    """Return why nothing can be done yet; empty when it can, or on the first look."""
    if selection.is_too_long:
        return _("These are more than %(most)d invoices. Narrow the list first.") % {"most": MOST}
    if not selection.chosen:
        return _("There is nothing to do: none of the chosen invoices fits.")
    if request.method == "POST" and request.POST.get("shown") != selection.digest:
        return _("Something has changed since this was shown. This is what would happen now.")
    return ""


def _begin(request: OperatorRequest, asked: NewBatch) -> None:
    """Store what was asked for, and carry out its first rows; the worker goes on with the others."""
    at = clock.now(request.organization)
    carry_out(start(request.membership, asked=asked, actor=request.actor, at=at))


def _question(
    request: OperatorRequest, selection: batches.Selection, form: Any, text: str
) -> dict[str, Any]:
    """Return what the question shows."""
    is_refused = selection.is_too_long or not selection.chosen
    return {
        "title": selection.action.question,
        "text": text
        or _("Each invoice is done by itself: one that fails leaves the others as they are."),
        "effects": [] if selection.is_too_long else selection.effects(),
        "fields": None if is_refused else form,
        "action": request.get_full_path(),
        "submit_label": selection.action.label,
        "danger": selection.action.is_danger,
        "hidden": [("shown", selection.digest)],
        "is_refused": is_refused,
    }


def _way_back(request: OperatorRequest, of: str, here: str) -> dict[str, Any]:
    """Return what leads back to the list as it was narrowed."""
    label, url = (gettext_lazy("Payments"), "/payments/") if of == batches.PAYMENTS else LIST
    kept = request.GET.copy()
    for key in ("action", "row", "all"):
        kept.pop(key, None)
    back = f"{url}?{urlencode(list(kept.items()))}" if kept else url
    return {"cancel_url": back, "crumbs": [(label, back), (here, "")]}


@operator_view()
def batch(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show how far a batch is, and what became of each invoice."""
    found = batches.find(request.organization, pk)
    if found is None:
        raise NotFound("invoice_batch", _("This does not exist."))
    context = {"batch": found, "crumbs": [LIST, BATCHES, (str(found), "")]}
    context |= batches.progress(found)
    return page_or_fragment(request, "invoices/batch.html", context)
