"""Adjust a line of a draft: set it, see what it comes to, confirm exactly that; and undo it."""

from __future__ import annotations

import uuid
from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotAllowed, NotFound
from console import formats
from console.access import OperatorRequest, operator_view
from console.forms import attach
from console.htmx import done, page_or_fragment
from console.plans import Answer, answered
from console.views import once
from invoices.forms.adjust import AdjustForm
from invoices.models import Fee, Invoice
from invoices.reads import document
from invoices.views.invoices import crumbs_to, find
from workflows.adjust_fee import adjust_fee, undo_adjustment


@operator_view("invoices")
@once
def adjust(request: OperatorRequest, pk: uuid.UUID, fee_pk: uuid.UUID) -> HttpResponse:
    """Show what a line comes to with other units, another price or name, and set them."""
    invoice, fee = _line(request, pk, fee_pk)
    form = AdjustForm(request.POST if request.method == "POST" else request.GET, fee=fee)
    answer = _answer(request, fee, form)
    url = reverse("invoices:detail", args=[invoice.pk])
    if answer.result is not None:
        return done(request, _said(answer.result, _("%(line)s is adjusted: %(amount)s.")), to=url)
    context = {
        "invoice": invoice,
        "line": document.line_of(fee, invoice),
        "form": form,
        **answer.context,
        "is_refused": "hidden" not in answer.context,
        "chosen": [(name, form.data.get(name, "")) for name in form.fields],
        "cancel_url": url,
        "crumbs": crumbs_to(invoice, _("Adjust a line")),
    }
    return page_or_fragment(request, "invoices/adjust.html", context, status=answer.status)


@operator_view("invoices")
@once
def undo(request: OperatorRequest, pk: uuid.UUID, fee_pk: uuid.UUID) -> HttpResponse:
    """Show what a line comes to without its adjustment, and undo that."""
    invoice, fee = _line(request, pk, fee_pk)
    answer = answered(request, partial(undo_adjustment, fee, actor=request.actor))
    url = reverse("invoices:detail", args=[invoice.pk])
    if answer.result is not None:
        words = _("The adjustment of %(line)s is undone: %(amount)s.")
        return done(request, _said(answer.result, words), to=url)
    context = {
        "title": _("Undo the adjustment of %(line)s?") % {"line": fee.shown_name},
        "action": request.path,
        "submit_label": _("Undo the adjustment"),
        "cancel_url": url,
        "crumbs": crumbs_to(invoice, _("Undo the adjustment")),
        **answer.context,
    }
    return page_or_fragment(request, "console/confirm.html", context, status=answer.status)


def _line(request: OperatorRequest, pk: uuid.UUID, fee_pk: uuid.UUID) -> tuple[Invoice, Fee]:
    invoice = find(request, pk)
    rows = Fee.objects.filter(invoice=invoice, deleted_at=None)
    fee = rows.select_related("charge", "fixed_charge", "invoice").filter(pk=fee_pk).first()
    if fee is None:
        raise NotFound("fee", _("This line does not exist."))
    if not invoice.is_draft:
        raise NotAllowed("invalid_status", _("Only a line of a draft can be adjusted."))
    return invoice, fee


def _answer(request: OperatorRequest, fee: Fee, form: AdjustForm) -> Answer:
    if form.is_blank and request.method != "POST":
        return Answer()
    if not form.is_valid():
        return Answer(status=422 if request.method == "POST" else 200)
    answer = answered(request, partial(adjust_fee, fee, **form.given(), actor=request.actor))
    if answer.refusal is not None:
        attach(form, answer.refusal)
        return Answer(status=422 if request.method == "POST" else 200, refusal=answer.refusal)
    return answer


def _said(fee: Fee, words: str) -> str:
    amount = formats.money(fee.amount_cents, fee.amount_currency)
    return words % {"line": fee.shown_name, "amount": amount}
