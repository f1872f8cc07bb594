"""Charges of a plan: add, change, take out, and what some units would cost."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import Invalid, NotFound
from catalog.forms.charge import ChargeForm, charge_initial
from catalog.forms.price import PriceForm, Ranges
from catalog.models import Charge
from catalog.reads import plans
from catalog.reads.example import Example
from catalog.reads.example import example as priced_example
from catalog.views.common import ask, by, url
from catalog.views.plans import LIST, find
from catalog.views.priced import Priced
from console.access import OperatorRequest, operator_view
from console.htmx import done, page_or_fragment
from console.views import once
from workflows.edit_charge import add_charge, edit_charge, remove_charge
from workflows.edit_plan import is_subscribed

LAYOUT = [
    (gettext_lazy("What"), "billable_metric_id invoice_display_name code", 2),
    (gettext_lazy("When"), "pay_in_advance+ is_off_invoices+ regroups+ prorated+ minimum_spend", 2),
    (gettext_lazy("Taxes and lines"), "grouping+ tax_codes+", 2),
]
FROZEN = gettext_lazy("Frozen: there are subscriptions to this plan.")


@operator_view("catalog")
@once
def create(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a charge to a plan."""
    plan = find(request, pk)
    priced = Priced(request, partial(ChargeForm, plan=plan))
    charge = priced.submit(
        lambda properties: add_charge(
            plan, priced.form.columns() | {"properties": properties}, **by(request)
        )
    )
    if charge:
        words = {"metric": charge.billable_metric.name, "plan": plan.name}
        message = _("%(metric)s is priced in %(plan)s.") % words
        return done(request, message, to=url("plan", plan.pk))
    title = _("Add a charge")
    context = {"title": title, "label": title, "layout": LAYOUT, "cancel_url": url("plan", plan.pk)}
    crumbs = [LIST, (plan.name, url("plan", plan.pk)), (title, "")]
    return priced.page(request, plan, context | {"crumbs": crumbs})


@operator_view("catalog")
@once
def update(request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID) -> HttpResponse:
    """Change a charge; in a subscribed plan its model and when it is paid are frozen."""
    charge = find_charge(request, pk, charge_pk)
    plan = charge.plan
    priced = Priced(
        request,
        partial(ChargeForm, plan=plan, locked=_locked(charge)),
        initial=charge_initial(charge),
        model=charge.charge_model,
        properties=charge.properties,
    )
    changed = priced.submit(
        lambda properties: edit_charge(
            charge, priced.form.columns() | {"properties": properties}, **by(request)
        )
    )
    if changed:
        message = _("The charge of %(metric)s is saved.") % {"metric": charge.billable_metric.name}
        return done(request, message, to=url("plan", plan.pk))
    context = {
        "title": _("Charge of %(metric)s") % {"metric": charge.billable_metric.name},
        "label": _("Save charge"),
        "layout": LAYOUT,
        "cancel_url": url("plan", plan.pk),
        "crumbs": crumbs_to(charge, _("Edit")),
    }
    return priced.page(request, plan, context)


def _locked(charge: Charge) -> dict[str, str]:
    locked = {"billable_metric_id": _("A charge keeps its metric.")}
    if is_subscribed(charge.plan):
        locked |= dict.fromkeys(ChargeForm.frozen, FROZEN)
    return locked


@operator_view("catalog")
@once
def delete(request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID) -> HttpResponse:
    """Ask, and take a charge out of its plan."""
    charge = find_charge(request, pk, charge_pk)
    plan, metric = charge.plan, charge.billable_metric
    if request.method == "POST":
        remove_charge(charge, **by(request))
        message = _("%(metric)s is not priced in %(plan)s any more.")
        words = {"metric": metric.name, "plan": plan.name}
        return done(request, message % words, to=url("plan", plan.pk))
    active = plans.subscriptions_of(plan)["active"]
    effects = [
        {
            "label": _("Its usage of the running period is not billed"),
            "detail": _("%(count)d active subscriptions") % {"count": active},
            "icon": "ban",
            "tone": "bad" if active else "",
        },
        {"label": _("Drafts are worked out anew without it"), "icon": "refresh-cw"},
        {"label": _("Final invoices stay as they are"), "icon": "lock"},
    ]
    return ask(
        request,
        title=_("Take %(metric)s out of %(plan)s?") % {"metric": metric.name, "plan": plan.name},
        effects=effects,
        label=_("Remove charge"),
        cancel_url=url("plan", plan.pk),
        crumbs=crumbs_to(charge, "")[:-1],
    )


@operator_view()
def example(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what some units would cost with the price that is being typed; changes nothing."""
    plan = find(request, pk)
    form, ranges = PriceForm(request.POST), Ranges(request.POST, prefix="ranges")
    for name in ("minimum", "maximum", "grouping"):
        form.fields[name].required = False
    context: dict[str, Any] = {
        "plan": plan,
        "found": None,
        "units": request.POST.get("units_example"),
    }
    if form.is_valid():
        context["found"] = _example(form, ranges, context["units"] or "0", plan.amount_currency)
    return page_or_fragment(
        request, "catalog/_example.html", context, fragment="catalog/_example.html"
    )


def _example(form: PriceForm, ranges: Any, typed: str, currency: str) -> Example | None:
    units = plans.units_of(typed)
    if units is None or (
        form.model in ("graduated", "volume", "graduated_percentage") and not ranges.is_valid()
    ):
        return None
    try:
        return priced_example(form.model, form.properties(ranges), units, currency)
    except Invalid:
        return None


def find_charge(request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID) -> Charge:
    """Return a charge of a plan of the organization; raises NotFound."""
    charge = plans.find_charge(request.organization, charge_pk)
    if charge is None or charge.plan_id != pk:
        raise NotFound("charge", _("This charge does not exist, or it has been deleted."))
    return charge


def crumbs_to(charge: Charge, last: str) -> list[tuple[Any, str]]:
    """Return the way to a page about a charge."""
    plan = charge.plan
    return [
        LIST,
        (plan.name, url("plan", plan.pk)),
        (charge.billable_metric.name, url("update_charge", plan.pk, charge.pk)),
        (last, ""),
    ]
