"""Filters of a charge: another price for some of its events."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from billing.errors import NotFound
from catalog.forms.charge import ChargeFilterForm, filter_initial
from catalog.models import Charge, ChargeFilter
from catalog.reads import plans
from catalog.views.charges import crumbs_to, find_charge
from catalog.views.common import ask, by, url
from catalog.views.priced import Priced
from console.access import OperatorRequest, operator_view
from console.htmx import done
from console.views import once
from workflows.edit_charge_filter import add_charge_filter, edit_charge_filter, remove_charge_filter


@operator_view("catalog")
@once
def create(request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID) -> HttpResponse:
    """Add a filter to a charge."""
    charge = find_charge(request, pk, charge_pk)
    keys = plans.keys_of(charge.billable_metric)
    priced = Priced(request, partial(ChargeFilterForm, charge=charge, keys=keys))
    added = priced.submit(
        lambda properties: add_charge_filter(charge, _values(priced, properties), **by(request))
    )
    if added:
        message = _("%(filter)s has a price of its own.") % {"filter": added}
        return done(request, message, to=url("plan", pk))
    context = _context(charge, priced, _("Add a filter"), _("Add a filter"))
    return priced.page(request, charge.plan, context)


@operator_view("catalog")
@once
def update(
    request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID, filter_pk: uuid.UUID
) -> HttpResponse:
    """Change a filter of a charge."""
    charge = find_charge(request, pk, charge_pk)
    row = _find(charge, filter_pk)
    keys = plans.keys_of(charge.billable_metric)
    priced = Priced(
        request,
        partial(ChargeFilterForm, charge=charge, keys=keys),
        initial=filter_initial(row),
        model=charge.charge_model,
        properties=row.properties,
    )
    changed = priced.submit(
        lambda properties: edit_charge_filter(row, _values(priced, properties), **by(request))
    )
    if changed:
        return done(request, _("%(filter)s is saved.") % {"filter": changed}, to=url("plan", pk))
    context = _context(charge, priced, _("Edit %(filter)s") % {"filter": row}, _("Save filter"))
    return priced.page(request, charge.plan, context)


@operator_view("catalog")
@once
def delete(
    request: OperatorRequest, pk: uuid.UUID, charge_pk: uuid.UUID, filter_pk: uuid.UUID
) -> HttpResponse:
    """Ask, and take a filter off its charge."""
    charge = find_charge(request, pk, charge_pk)
    row = _find(charge, filter_pk)
    if request.method == "POST":
        remove_charge_filter(row, **by(request))
        message = _("%(filter)s has no price of its own any more.") % {"filter": row}
        return done(request, message, to=url("plan", pk))
    effects = [
        {"label": _("Its events cost what the charge says"), "icon": "corner-down-right"},
        {"label": _("Drafts are worked out anew"), "icon": "refresh-cw"},
    ]
    return ask(
        request,
        title=_("Remove the price of %(filter)s?") % {"filter": row},
        effects=effects,
        label=_("Remove filter"),
        cancel_url=url("plan", pk),
        crumbs=crumbs_to(charge, "")[:-1],
    )


def _values(priced: Priced, properties: dict[str, Any]) -> dict[str, Any]:
    form = priced.form
    return {
        "values": form.chosen(),  # type: ignore[attr-defined]
        "properties": properties,
        "invoice_display_name": form.cleaned_data["invoice_display_name"] or None,
    }


def _context(charge: Charge, priced: Priced, title: str, label: str) -> dict[str, Any]:
    keys = priced.form.key_fields  # type: ignore[attr-defined]
    return {
        "title": title,
        "label": label,
        "layout": [
            (_("Which events"), f"{keys} invoice_display_name+", 2),
            (_("Lines"), "grouping+", 2),
        ],
        "cancel_url": url("plan", charge.plan_id),
        "crumbs": crumbs_to(charge, title),
    }


def _find(charge: Charge, pk: uuid.UUID) -> ChargeFilter:
    row = plans.find_filter(charge, pk)
    if row is None:
        raise NotFound("charge_filter", _("This filter does not exist, or it has been deleted."))
    return row
