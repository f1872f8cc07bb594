"""Issue a credit note: choose what is given back and how, see what it is worth, issue it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.credits import caps
from billing.errors import NotAllowed
from billing.money import Money
from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from invoices.forms.credit_note import PARTS, CreditNoteForm
from invoices.models import Invoice
from invoices.operations.note_facts import facts_of
from invoices.reads import document
from invoices.views.invoices import crumbs_to, find
from organizations import clock
from workflows.issue_credit_note import issue_credit_note


@operator_view("credit_notes")
@once
def issue(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Issue a credit note on an invoice, of a deleted customer too."""
    invoice = _find(request, pk)
    form = _form(request, invoice)
    note = request.method == "POST" and submit(
        form,
        lambda data: issue_credit_note(
            invoice,
            asked=form.asked(),
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )
    if note:
        message = _("Credit note %(number)s is issued.") % {"number": note.number}
        return done(request, message, to=reverse("invoices:credit_note", args=[note.pk]))
    status = 422 if request.method == "POST" else 200
    return page_or_fragment(
        request, "credit_notes/issue.html", _context(invoice, form), status=status
    )


@operator_view("credit_notes")
def estimate(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what a credit note would be worth; changes nothing."""
    invoice = _find(request, pk)
    form = _form(request, invoice)
    context = _context(invoice, form)
    return page_or_fragment(
        request, "credit_notes/issue.html", context, fragment="credit_notes/_estimate.html"
    )


def _find(request: OperatorRequest, pk: uuid.UUID) -> Invoice:
    invoice = find(request, pk)
    if not invoice.is_final and not invoice.is_voided:
        raise NotAllowed("invalid_type_or_status", _("A draft invoice takes no credit note."))
    return invoice


def _form(request: OperatorRequest, invoice: Invoice) -> CreditNoteForm:
    facts = facts_of(invoice)
    terms = {
        "currency": invoice.currency,
        "facts": facts,
        "caps": caps(facts),
        "fees": document.fees_of(invoice),
    }
    if request.method == "POST":
        return CreditNoteForm(request.POST, **terms)
    blank = CreditNoteForm(**terms)
    return CreditNoteForm(
        {name: _text(blank, name) for name in blank.fields}, **terms
    )  # bound, so that the page opens with its worth


def _text(form: CreditNoteForm, name: str) -> Any:
    value = form.get_initial_for_field(form.fields[name], name)
    return "" if value is None else value


def _context(invoice: Invoice, form: CreditNoteForm) -> dict[str, Any]:
    is_valid = form.is_valid()
    found, given = form.estimated, form.parts() if is_valid else {}
    total = found.worth.total_amount_cents if found else 0
    return {
        "invoice": invoice,
        "form": form,
        "estimate": found,
        "given": [(form.fields[name].label, given.get(name, 0)) for name in PARTS],
        "remaining": total - sum(given.values()) if is_valid else 0,
        "is_empty": not form.caps.creditable_cents and not form.caps.refundable_cents,
        "left": Money(form.caps.creditable_cents, invoice.currency),
        "cancel_url": reverse("invoices:detail", args=[invoice.pk]),
        "crumbs": crumbs_to(invoice, _("Issue a credit note")),
    }
