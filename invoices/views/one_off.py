"""Invoice add-ons once: lines that grow, their total before they are invoiced."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import DomainError, NotFound
from console.access import OperatorRequest, operator_view
from console.forms import attach, grown, submit, wants_row
from console.htmx import done, page_or_fragment
from console.views import once
from customers.models import Customer
from invoices.forms.one_off import Lines, OneOffForm
from invoices.models import Invoice
from invoices.reads import one_off as reads
from organizations import clock
from workflows.create_one_off_invoice import create_one_off_invoice
from workflows.preview import preview

CUSTOMERS = (gettext_lazy("Customers"), "/customers/")


@dataclass
class Sent:
    """The two forms of the page, and what they were sent with."""

    form: OneOffForm
    lines: Any
    is_growing: bool = False

    @property
    def is_valid(self) -> bool:
        """Both forms are well filled in, and this is not a request for one more line."""
        return not self.is_growing and self.form.is_valid() and self.lines.is_valid()

    def workflow(self, customer: Customer, request: OperatorRequest) -> Any:
        """Return the making of the invoice, which waits for its moment."""
        typed = self.form.cleaned_data
        return partial(
            create_one_off_invoice,
            customer,
            lines=self.lines.lines(),
            currency=typed["currency"],
            skip_psp=typed["skip_psp"],
            purchase_order_number=typed["purchase_order_number"] or None,
            actor=request.actor,
        )


@operator_view("invoices")
@once
def create(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Create a one-off invoice of a customer."""
    customer = _customer(request, customer_id)
    sent = _sent(request, customer)
    invoice: Invoice | None = None
    if request.method == "POST" and sent.is_valid:
        work = sent.workflow(customer, request)
        invoice = submit(sent.form, lambda data: work(at=clock.now(request.organization)))
    if invoice:
        message = _("Invoice %(number)s is issued to %(customer)s.")
        words = {"number": invoice.number, "customer": customer}
        if invoice.status == "closed":
            return done(
                request, _("Nothing was to be billed, so no invoice was issued."), to="/invoices/"
            )
        return done(request, message % words, to=reverse("invoices:detail", args=[invoice.pk]))
    is_refused = request.method == "POST" and not sent.is_growing
    context = _context(request, customer, sent)
    return page_or_fragment(
        request, "invoices/one_off.html", context, status=422 if is_refused else 200
    )


@operator_view("invoices")
def estimate(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Say what the invoice would come to; changes nothing."""
    customer = _customer(request, customer_id)
    context = _context(request, customer, _sent(request, customer))
    return page_or_fragment(
        request, "invoices/one_off.html", context, fragment="invoices/_one_off_total.html"
    )


def _sent(request: OperatorRequest, customer: Customer) -> Sent:
    posted = request.POST if request.method == "POST" else None
    is_growing = posted is not None and wants_row(posted)
    data = grown(posted) if is_growing else posted
    currency = customer.currency or request.organization.default_currency
    locked = (
        {"currency": _("The customer is billed in this currency.")} if customer.currency else {}
    )
    form = OneOffForm(data, initial={"currency": currency}, locked=locked)
    chosen = customer.currency or (data or {}).get("currency") or currency
    options = {
        "add_ons": reads.add_ons(request.organization),
        "taxes": reads.tax_choices(request.organization),
        "currency": chosen,
    }
    return Sent(form, Lines(data, prefix="lines", form_kwargs=options), is_growing)


def _context(request: OperatorRequest, customer: Customer, sent: Sent) -> dict[str, Any]:
    url = reverse("invoices:create_one_off", args=[customer.pk])
    return {
        "customer": customer,
        "form": sent.form,
        "lines": sent.lines,
        "has_add_ons": bool(reads.add_ons(request.organization)),
        "total": _total(request, customer, sent) if sent.form.is_bound else None,
        "estimate_url": reverse("invoices:estimate_one_off", args=[customer.pk]),
        "action": url,
        "cancel_url": f"/customers/{customer.pk}/",
        "crumbs": [
            CUSTOMERS,
            (customer.shown_name, f"/customers/{customer.pk}/"),
            (_("Create one-off invoice"), ""),
        ],
    }


def _total(request: OperatorRequest, customer: Customer, sent: Sent) -> dict[str, Any] | None:
    """Return the invoice that would be made, as the preview shows it; None while it cannot be."""
    if not sent.is_valid:
        return None
    work = sent.workflow(customer, request)
    try:
        plan = preview(work, at=clock.now(request.organization))
    except DomainError as error:
        attach(sent.form, error)
        return None
    return next((effect for effect in plan.effects if effect["kind"] == "invoice"), None)


def _customer(request: OperatorRequest, customer_id: uuid.UUID) -> Customer:
    found = (
        Customer.objects.of(request.organization)
        .filter(deleted_at=None, pk=customer_id)
        .select_related("organization")
        .first()
    )
    if found is None:
        raise NotFound("customer", _("This customer does not exist, or is deleted."))
    return found
