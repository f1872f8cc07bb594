"""A customer's coupons: see, apply, take off."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotFound
from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from coupons import operations, reads
from coupons.forms import ApplyForm
from coupons.models import AppliedCoupon, Coupon
from coupons.reads import wording
from customers.models import Customer
from organizations import clock


@operator_view()
def of_customer(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Show a customer's coupons."""
    customer = _customer(request, customer_id)
    context = {
        "customer": customer,
        "applications": reads.coupons_of(customer),
        "crumbs": _crumbs(customer, _("Coupons")),
    }
    return page_or_fragment(request, "coupons/of_customer.html", context)


@operator_view("coupons")
@once
def apply(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Choose a coupon for a customer, look at its terms, and apply it."""
    customer = _customer(request, customer_id)
    coupons = reads.offered(request.organization)
    chosen = _chosen(request, coupons)
    form = ApplyForm(request.POST or None, coupons=coupons, chosen=chosen)
    applied = _applied(request, form, chosen, customer) if request.method == "POST" else None
    if applied:
        message = _("Coupon %(coupon)s is applied to %(customer)s.")
        names = {"coupon": applied.coupon.name, "customer": customer}
        return done(request, message % names, to=_url("of_customer", customer))
    context = {
        "customer": customer,
        "form": form,
        "chosen": chosen,
        "has_coupons": bool(coupons),
        "terms": wording.terms(chosen) if chosen else "",
        "action": _url("apply", customer),
        "cancel_url": _url("of_customer", customer),
        "crumbs": _crumbs(customer, _("Apply coupon")),
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "coupons/apply.html", context, status=status)


def _applied(
    request: OperatorRequest, form: ApplyForm, chosen: Coupon | None, customer: Customer
) -> AppliedCoupon | None:
    """Apply the chosen coupon; None when the form was refused."""
    if chosen is None:
        return None
    return submit(
        form,
        lambda data: operations.apply(
            chosen,
            customer=customer,
            overrides=form.terms(),
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )


@operator_view("coupons")
@once
def remove(request: OperatorRequest, customer_id: uuid.UUID, pk: uuid.UUID) -> HttpResponse:
    """Ask, and take a coupon off a customer."""
    customer = _customer(request, customer_id)
    rows = AppliedCoupon.objects.filter(customer=customer).select_related("coupon")
    applied = rows.filter(pk=pk).first()
    if applied is None:
        raise NotFound("applied_coupon", _("The customer does not have this coupon."))
    names = {"name": applied.coupon.name, "customer": customer}
    if request.method == "POST":
        operations.remove(applied, actor=request.actor, at=clock.now(request.organization))
        message = _("Coupon %(name)s is taken off %(customer)s.") % names
        return done(request, message, to=_url("of_customer", customer))
    context = {
        "title": _("Take %(name)s off %(customer)s?") % names,
        "effects": [
            {"label": _("It takes nothing off later invoices"), "icon": "ban", "tone": "bad"},
            {"label": _("What it took off invoices stays"), "icon": "lock"},
        ],
        "action": reverse("coupons:remove", args=[customer.pk, applied.pk]),
        "submit_label": _("Remove coupon"),
        "danger": True,
        "cancel_url": _url("of_customer", customer),
        "crumbs": _crumbs(customer, _("Remove coupon")),
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _chosen(request: OperatorRequest, coupons: list[Coupon]) -> Coupon | None:
    wanted = request.POST.get("coupon") or request.GET.get("coupon")
    return next((one for one in coupons if str(one.pk) == wanted), None)


def _customer(request: OperatorRequest, customer_id: uuid.UUID) -> Customer:
    found = Customer.objects.of(request.organization).filter(pk=customer_id).first()
    if found is None:
        raise NotFound("customer", _("This customer does not exist."))
    return found


def _crumbs(customer: Customer, here: str) -> list[tuple[str, str]]:
    return [
        (_("Customers"), "/customers/"),
        (str(customer), f"/customers/{customer.pk}/"),
        (here, ""),
    ]


def _url(name: str, customer: Customer) -> str:
    return reverse(f"coupons:{name}", args=[customer.pk])
