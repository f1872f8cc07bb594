"""Void an invoice: choose how, see what follows, confirm exactly that."""

from __future__ import annotations

import uuid
from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.credits import caps
from console.access import OperatorRequest, operator_view
from console.forms import attach
from console.htmx import done, page_or_fragment
from console.plans import Answer, answered
from console.views import once
from invoices.forms.void import VoidForm
from invoices.models import Invoice
from invoices.operations.note_facts import facts_of
from invoices.views.invoices import crumbs_to, find
from workflows.void_invoice import is_voidable, void_invoice


@operator_view("invoices")
@once
def void(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what voiding an invoice in the chosen way will do, and do it."""
    invoice = find(request, pk)
    form = _form(request, invoice)
    answer = _answer(request, invoice, form)
    url = reverse("invoices:detail", args=[invoice.pk])
    if answer.result is not None:
        return done(request, _("Invoice %s is voided.") % invoice.number, to=url)
    context = {
        "invoice": invoice,
        "form": form,
        **answer.context,
        "is_refused": bool(answer.refusal) or bool(form.errors),
        "chosen": [(name, value) for name, value in form.data.items() if name in form.fields],
        "cancel_url": url,
        "crumbs": crumbs_to(invoice, _("Void invoice")),
    }
    return page_or_fragment(request, "invoices/void.html", context, status=answer.status)


def _form(request: OperatorRequest, invoice: Invoice) -> VoidForm:
    sent = request.POST if request.method == "POST" else request.GET
    terms = {
        "currency": invoice.currency,
        "caps": caps(facts_of(invoice)),
        "may_return": is_voidable(invoice),
    }
    blank = VoidForm(**terms)
    given = {
        name: sent.get(name, blank.get_initial_for_field(field, name) or "")
        for name, field in blank.fields.items()
    }
    return VoidForm(given, **terms)


def _answer(request: OperatorRequest, invoice: Invoice, form: VoidForm) -> Answer:
    if not form.is_valid():
        return Answer(status=422 if request.method == "POST" else 200)
    workflow = partial(void_invoice, invoice, note=form.note(), actor=request.actor)
    answer = answered(request, workflow)
    if answer.refusal is not None:
        attach(form, answer.refusal)
    return answer
