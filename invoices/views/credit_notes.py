"""Credit notes: the list, one, and voiding what is left of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import NotFound
from console import formats
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import submit
from console.history import history
from console.htmx import done, page_or_fragment
from console.views import once
from invoices.forms.credit_note import RefundForm
from invoices.models import CreditNote
from invoices.operations.credit_notes import void_note
from invoices.reads import actions, lists, notes, wording
from organizations import clock
from payments.reads.refunds import may_be_retried, refunds_of_note
from workflows.update_credit_note import update_credit_note

LIST = (gettext_lazy("Credit notes"), "/credit-notes/")
HEAD = [
    "number", "invoice", "customer", "external_customer_id", "reason", "currency", "total_cents",
    "credit_cents", "refund_cents", "offset_cents", "balance_cents", "issued", "id",
]  # fmt: skip


@operator_view()
def note_list(request: OperatorRequest) -> HttpResponse:
    """List the credit notes."""
    listing = lists.note_list(request, request.organization)
    if listing.wants_export:
        return csv_answer("credit-notes", HEAD, (_line(row) for row in listing.matching.iterator()))
    context = {"listing": listing, "notes": with_words(listing.rows)}
    return page_or_fragment(request, "credit_notes/list.html", context)


def with_words(rows: Any) -> list[tuple[CreditNote, list[wording.Standing]]]:
    """Return each credit note with what its badges say."""
    return [(note, wording.note_standings(note)) for note in rows]


def _line(note: CreditNote) -> list[Any]:
    return [
        note.number,
        note.invoice.number,
        note.customer.shown_name,
        note.customer.external_id,
        note.reason,
        note.currency,
        note.total_amount_cents,
        note.credit_amount_cents,
        note.refund_amount_cents,
        note.offset_amount_cents,
        note.balance_amount_cents,
        note.issuing_date,
        note.pk,
    ]


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a credit note."""
    note = _find(request, pk)
    refunds = refunds_of_note(note)
    may_retry = may_be_retried(note, refunds)
    context = {
        "note": note,
        "customer": note.customer,
        "invoice": note.invoice,
        "standings": wording.note_standings(note),
        "items": notes.items_of(note),
        "totals": notes.totals(note),
        "uses": notes.uses_of(note),
        "refunds": refunds,
        "history": history(request.organization, [note.pk, *(one.row.pk for one in refunds)]),
        "actions": actions.note_actions(note, request.membership, may_retry=may_retry),
        "pdf_url": reverse("delivery:credit_note_pdf", args=[note.pk]) + "?download",
        "crumbs": [LIST, (note.number, "")],
    }
    return page_or_fragment(request, "credit_notes/detail.html", context)


@operator_view("credit_notes")
@once
def refund(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask what became of a refund that no provider pays out, and note it."""
    note = _find(request, pk)
    url = reverse("invoices:credit_note", args=[note.pk])
    form = RefundForm(request.POST or None, initial={"refund_status": note.refund_status})
    changed = request.method == "POST" and submit(
        form,
        lambda data: update_credit_note(
            note, given=data, actor=request.actor, at=clock.now(request.organization)
        ),
    )
    if changed:
        words = {"number": note.number, "state": changed.get_refund_status_display().lower()}
        return done(request, _("The refund of %(number)s is noted as %(state)s.") % words, to=url)
    context = {
        "title": _("Refund of %(number)s") % {"number": note.number},
        "text": formats.money(note.refund_amount_cents, note.currency),
        "fields": form,
        "action": reverse("invoices:credit_note_refund", args=[note.pk]),
        "submit_label": _("Save"),
        "cancel_url": url,
        "crumbs": [LIST, (note.number, url), (_("Refund"), "")],
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "console/confirm.html", context, status=status)


@operator_view("credit_notes")
@once
def void(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and void the credit that is left of a credit note."""
    note = _find(request, pk)
    url = reverse("invoices:credit_note", args=[note.pk])
    if request.method == "POST":
        void_note(note, actor=request.actor, at=clock.now(request.organization))
        message = _("The credit of %(number)s is voided.") % {"number": note.number}
        return done(request, message, to=url)
    used = note.credit_amount_cents - note.balance_amount_cents
    left, gone = (formats.money(c, note.currency) for c in (note.balance_amount_cents, used))
    context = {
        "title": _("Void the credit of %(number)s?") % {"number": note.number},
        "effects": [
            {"label": _("Credit that is lost"), "amount": left, "icon": "ban", "tone": "bad"},
            {"label": _("Credit that invoices have used stays"), "amount": gone, "icon": "lock"},
            {"label": _("Refunds and offsets stay"), "icon": "lock"},
        ],
        "action": reverse("invoices:void_credit_note", args=[note.pk]),
        "submit_label": _("Void credit"),
        "danger": True,
        "cancel_url": url,
        "crumbs": [LIST, (note.number, url), (_("Void credit"), "")],
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _find(request: OperatorRequest, pk: uuid.UUID) -> CreditNote:
    note = notes.find(request.organization, pk)
    if note is None:
        raise NotFound("credit_note", _("This credit note does not exist."))
    return note
