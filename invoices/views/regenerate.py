"""Regenerate a voided invoice: change its lines, see what will be issued, confirm exactly that."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotAllowed
from console.access import OperatorRequest, operator_view
from console.htmx import done, page_or_fragment
from console.plans import Answer, answered
from console.views import once
from invoices.forms.adjust import AdjustForm
from invoices.models import Fee, Invoice
from invoices.models.fee import FeeType
from invoices.reads import document
from invoices.views.invoices import crumbs_to, find
from workflows.regenerate_invoice import REFUSALS, LineChange, refusal, regenerate_invoice


@operator_view("invoices")
@once
def regenerate(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the invoice that takes the place of a voided one, with lines changed if asked, and issue it."""
    invoice = find(request, pk)
    if code := refusal(invoice):
        raise NotAllowed(code, REFUSALS[code])
    fees = _fees(invoice)
    forms = _forms(request, invoice, list(filter(_may_change, fees)))
    answer = _answer(request, invoice, forms)
    if answer.result is not None:
        words = _("Invoice %(number)s takes the place of %(voided)s.")
        said = words % {"number": answer.result.number, "voided": invoice.number}
        return done(request, said, to=reverse("invoices:detail", args=[answer.result.pk]))
    context = {
        "invoice": invoice,
        "forms": forms,
        "following": [document.line_of(fee, invoice) for fee in fees if not _may_change(fee)],
        **answer.context,
        "refusal": answer.refusal,
        "is_refused": "hidden" not in answer.context,
        "chosen": [(f.html_name, f.value() or "") for form in forms for f in form],
        "cancel_url": reverse("invoices:detail", args=[invoice.pk]),
        "crumbs": crumbs_to(invoice, _("Regenerate")),
    }
    return page_or_fragment(request, "invoices/regenerate.html", context, status=answer.status)


def _fees(invoice: Invoice) -> list[Fee]:
    rows = Fee.objects.filter(invoice=invoice, deleted_at=None)
    return list(
        rows.select_related("charge", "fixed_charge", "true_up_parent").order_by("created_at", "pk")
    )


def _may_change(fee: Fee) -> bool:
    return fee.is_adjustable or fee.fee_type == FeeType.ADD_ON


def _forms(request: OperatorRequest, invoice: Invoice, fees: list[Fee]) -> list[AdjustForm]:
    """Return a form for each line that may be changed; what was adjusted before is set already."""
    sent = request.POST if request.method == "POST" else request.GET
    forms = []
    for number, fee in enumerate(fees):
        prefix = f"line-{number}"
        data = sent if f"{prefix}-units" in sent else _as_it_was(prefix, fee)
        form = AdjustForm(data, fee=fee, prefix=prefix)
        form.line = document.line_of(fee, invoice)
        forms.append(form)
    return forms


def _as_it_was(prefix: str, fee: Fee) -> dict[str, str]:
    step = fee.adjustment or {}
    is_set = step.get("rule", "name") != "name"
    was: dict[str, Any] = {
        "units": step.get("units") if is_set else "",
        "unit_amount": step.get("unit_amount") if is_set else "",
        "invoice_display_name": "",
    }
    return {f"{prefix}-{name}": str(value or "") for name, value in was.items()}


def _answer(request: OperatorRequest, invoice: Invoice, forms: list[AdjustForm]) -> Answer:
    if not all(form.is_valid() for form in forms):
        return Answer(status=422 if request.method == "POST" else 200)
    changes = {form.fee.pk: LineChange(**form.given()) for form in forms if not form.is_blank}
    workflow = partial(regenerate_invoice, invoice, changes=changes, actor=request.actor)
    return answered(request, workflow)
