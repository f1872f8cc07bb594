"""Fixed charges of a plan: add, change, take out."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import NotFound
from catalog.forms.charge import FixedChargeForm, fixed_initial
from catalog.models import FixedCharge, Plan
from catalog.reads import plans
from catalog.views.charges import FROZEN
from catalog.views.common import ask, by, url
from catalog.views.plans import LIST, find
from catalog.views.priced import Priced
from console.access import OperatorRequest, operator_view
from console.htmx import done
from console.views import once
from workflows.edit_plan import edit_plan, is_subscribed

LAYOUT = [
    (gettext_lazy("What"), "add_on_id units invoice_display_name+", 2),
    (gettext_lazy("When"), "pay_in_advance+ prorated+ apply_units_immediately+", 2),
    (gettext_lazy("Taxes"), "tax_codes+", 2),
]


@operator_view("catalog")
@once
def create(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a fixed charge to a plan."""
    plan = find(request, pk)
    priced = Priced(request, partial(FixedChargeForm, plan=plan))
    changed = priced.submit(
        lambda properties: _edit(
            plan, request, added=priced.form.columns() | {"properties": properties}
        )
    )
    if changed:
        message = _("%(plan)s has a further fixed charge.") % {"plan": plan.name}
        return done(request, message, to=url("plan", plan.pk))
    title = _("Add a fixed charge")
    context = {"title": title, "label": title, "layout": LAYOUT, "cancel_url": url("plan", plan.pk)}
    crumbs = [LIST, (plan.name, url("plan", plan.pk)), (title, "")]
    return priced.page(request, plan, context | {"crumbs": crumbs})


@operator_view("catalog")
@once
def update(request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID) -> HttpResponse:
    """Change a fixed charge; in a subscribed plan its model and when it is paid are frozen."""
    charge = _find(request, pk, charge_pk)
    plan = charge.plan
    priced = Priced(
        request,
        partial(FixedChargeForm, plan=plan, locked=_locked(charge)),
        initial=fixed_initial(charge),
        model=charge.charge_model,
        properties=charge.properties,
    )
    changed = priced.submit(
        lambda properties: _edit(
            plan, request, changed={charge.pk: priced.form.columns() | {"properties": properties}}
        )
    )
    if changed:
        message = _("The fixed charge of %(name)s is saved.") % {"name": charge.add_on.name}
        return done(request, message, to=url("plan", plan.pk))
    context = {
        "title": _("Fixed charge of %(name)s") % {"name": charge.add_on.name},
        "label": _("Save fixed charge"),
        "layout": LAYOUT,
        "cancel_url": url("plan", plan.pk),
        "crumbs": _crumbs(charge),
    }
    return priced.page(request, plan, context)


@operator_view("catalog")
@once
def delete(request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID) -> HttpResponse:
    """Ask, and take a fixed charge out of its plan."""
    charge = _find(request, pk, charge_pk)
    plan = charge.plan
    if request.method == "POST":
        _edit(plan, request, gone=charge.pk)
        message = _("%(name)s is not billed by %(plan)s any more.")
        words = {"name": charge.add_on.name, "plan": plan.name}
        return done(request, message % words, to=url("plan", plan.pk))
    effects = [
        {"label": _("It is not billed any more"), "icon": "ban", "tone": "bad"},
        {"label": _("Drafts are worked out anew without it"), "icon": "refresh-cw"},
        {"label": _("Final invoices stay as they are"), "icon": "lock"},
    ]
    words = {"name": charge.add_on.name, "plan": plan.name}
    return ask(
        request,
        title=_("Take %(name)s out of %(plan)s?") % words,
        effects=effects,
        label=_("Remove fixed charge"),
        cancel_url=url("plan", plan.pk),
        crumbs=_crumbs(charge),
    )


def _edit(
    plan: Plan,
    request: OperatorRequest,
    *,
    added: dict[str, Any] | None = None,
    changed: dict[uuid.UUID, dict[str, Any]] | None = None,
    gone: uuid.UUID | None = None,
) -> Plan:
    """Change one fixed charge of a plan; the others are named and stay as they are."""
    kept = [row.pk for row, _price in plans.fixed_charges_of(plan) if row.pk != gone]
    items = [{"id": str(pk), **(changed or {}).get(pk, {})} for pk in kept]
    if added is not None:
        items.append(added)
    return edit_plan(plan, {"fixed_charges": items}, **by(request))


def _locked(charge: FixedCharge) -> dict[str, str]:
    locked = {"add_on_id": _("A fixed charge keeps its add-on.")}
    if is_subscribed(charge.plan):
        locked |= dict.fromkeys(FixedChargeForm.frozen, FROZEN)
    return locked


def _crumbs(charge: FixedCharge) -> list[tuple[Any, str]]:
    plan = charge.plan
    return [LIST, (plan.name, url("plan", plan.pk)), (charge.add_on.name, "")]


def _find(request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID) -> FixedCharge:
    charge = plans.find_fixed_charge(request.organization, charge_pk)
    if charge is None or charge.plan_id != pk:
        raise NotFound("fixed_charge", _("This charge does not exist, or it has been deleted."))
    return charge
