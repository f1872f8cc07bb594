"""A customer's payments: what has arrived, how they pay, asking for what is overdue."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotFound
from console import formats
from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from customers.models import Customer
from organizations import clock
from payments.forms import RequestPaymentForm
from payments.models import PaymentMethod
from payments.reads import pages
from workflows.change_payment_method import choose_payment_method, forget_payment_method
from workflows.request_payment import request_payment


@operator_view()
def of_customer(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Show a customer's payments, payment requests and means of payment."""
    customer = find_customer(request, customer_id)
    context = {
        "customer": customer,
        "payments": pages.payments_of(customer),
        "requests": pages.requests_of(customer),
        "methods": pages.methods_of(customer),
        "tie": getattr(customer, "customer_provider", None),
        "has_overdue": pages.overdue_of(customer).exists(),
        "crumbs": _crumbs(customer, _("Payments")),
    }
    return page_or_fragment(request, "payments/of_customer.html", context)


@operator_view("payments")
@once
def ask(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Ask a customer for overdue invoices."""
    customer = find_customer(request, customer_id)
    overdue = list(pages.overdue_of(customer))
    choices = [
        (str(row.pk), f"{row.number} · {formats.money(row.total_due_amount_cents, row.currency)}")
        for row in overdue
    ]
    initial = {"invoice_ids": [key for key, _label in choices], "email": customer.email or ""}
    form = RequestPaymentForm(request.POST or None, choices=choices, initial=initial)
    asked = request.method == "POST" and submit(
        form,
        lambda data: request_payment(
            customer,
            invoice_ids=data["invoice_ids"],
            email=data["email"],
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )
    back = reverse("payments:of_customer", args=[customer.pk])
    if asked:
        amount = formats.money(asked.amount_cents, asked.amount_currency)
        names = {"customer": customer, "amount": amount}
        return done(request, _("%(customer)s is asked for %(amount)s.") % names, to=back)
    context = {
        "form": form,
        "title": _("Request payment of %(customer)s") % {"customer": customer},
        "text": _("One request over all that is due on the invoices you choose."),
        "label": _("Request payment"),
        "cancel_url": back,
        "crumbs": _crumbs(customer, _("Request payment")),
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "payments/form.html", context, status=status)


@operator_view("payments")
@once
def choose_method(request: OperatorRequest, customer_id: uuid.UUID, pk: uuid.UUID) -> HttpResponse:
    """Ask, and make a means of payment the default."""
    method = _method(request, customer_id, pk)
    if request.method == "POST":
        choose_payment_method(method, actor=request.actor, at=clock.now(request.organization))
        message = _("%(method)s is the default now.") % {"method": method}
        return done(request, message, to=reverse("payments:of_customer", args=[customer_id]))
    title = _("Make %(method)s the default?") % {"method": method}
    label = _("Invoices are collected with it from now on")
    return _confirm(request, method, "choose_method", title, label, _("Make default"))


@operator_view("payments")
@once
def forget_method(request: OperatorRequest, customer_id: uuid.UUID, pk: uuid.UUID) -> HttpResponse:
    """Ask, and take a means of payment out of use."""
    method = _method(request, customer_id, pk)
    if request.method == "POST":
        forget_payment_method(method, actor=request.actor, at=clock.now(request.organization))
        message = _("%(method)s is not used any more.") % {"method": method}
        return done(request, message, to=reverse("payments:of_customer", args=[customer_id]))
    title = _("Stop using %(method)s?") % {"method": method}
    label = _("Nothing is collected with it any more; the provider keeps it")
    return _confirm(request, method, "forget_method", title, label, _("Stop using it"))


def _confirm(
    request: OperatorRequest,
    method: PaymentMethod,
    name: str,
    title: str,
    effect: str,
    submit_label: str,
) -> HttpResponse:
    context = {
        "title": title,
        "effects": [{"label": effect, "icon": "credit-card"}],
        "action": reverse(f"payments:{name}", args=[method.customer_id, method.pk]),
        "submit_label": submit_label,
        "cancel_url": reverse("payments:of_customer", args=[method.customer_id]),
        "crumbs": _crumbs(method.customer, str(method)),
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _method(request: OperatorRequest, customer_id: uuid.UUID, pk: uuid.UUID) -> PaymentMethod:
    customer = find_customer(request, customer_id)
    rows = PaymentMethod.objects.kept().filter(customer=customer).select_related("customer")
    method = rows.filter(pk=pk).first()
    if method is None:
        raise NotFound("payment_method", _("This means of payment is not in use."))
    return method


def find_customer(request: OperatorRequest, customer_id: uuid.UUID) -> Customer:
    """Return a customer of the organization, deleted or not; raises NotFound."""
    rows = Customer.objects.of(request.organization)
    known = rows.select_related("organization", "customer_provider__provider")
    customer = known.filter(pk=customer_id).first()
    if customer is None:
        raise NotFound("customer", _("This customer does not exist."))
    return customer


def _crumbs(customer: Customer, here: str) -> list[tuple[str, str]]:
    return [
        (_("Customers"), "/customers/"),
        (str(customer), f"/customers/{customer.pk}/"),
        (here, ""),
    ]
