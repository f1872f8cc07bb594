"""Add-ons: list, one, create, edit, delete."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.forms.add_on import AddOnForm, initial_of
from catalog.models import AddOn
from catalog.operations import add_ons
from catalog.reads import lists, metrics
from catalog.views.common import ask, by, edit_and_delete, form_page, one, url
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import submit
from console.history import history
from console.htmx import done, page_or_fragment
from console.views import once

LIST = (gettext_lazy("Add-ons"), "/add-ons/")


@operator_view()
def add_on_list(request: OperatorRequest) -> HttpResponse:
    """List the add-ons."""
    listing = lists.add_on_list(request, request.organization)
    if listing.wants_export:
        head = ["name", "code", "amount_cents", "currency", "description", "created", "deleted"]
        return csv_answer("add-ons", head, (_line(row) for row in listing.matching.iterator()))
    return page_or_fragment(request, "catalog/add_ons.html", {"listing": listing})


def _line(row: AddOn) -> list[Any]:
    return [
        row.name,
        row.code,
        row.amount_cents,
        row.amount_currency,
        row.description,
        row.created_at,
        row.deleted_at,
    ]


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show an add-on and the plans that sell it."""
    add_on = one(AddOn, request, pk)
    context = {
        "add_on": add_on,
        "taxes": list(add_on.taxes.order_by("name", "pk")),
        "fixed_charges": metrics.plans_of(add_on),
        "history": history(request.organization, [add_on.pk]),
        "actions": edit_and_delete("add_on", add_on, _("add-on")),
        "crumbs": [LIST, (add_on.name, "")],
    }
    return page_or_fragment(request, "catalog/add_on.html", context, fragment="catalog/add_on.html")


@operator_view("catalog")
@once
def create(request: OperatorRequest) -> HttpResponse:
    """Create an add-on."""
    form = AddOnForm(request.POST or None, organization=request.organization)
    add_on = request.method == "POST" and submit(
        form, lambda data: add_ons.create(request.organization, form.columns(), **by(request))
    )
    if add_on:
        message = _("Add-on %(name)s is created.") % {"name": add_on.name}
        return done(request, message, to=url("add_on", add_on.pk))
    title = _("Create an add-on")
    context = {"form": form, "title": title, "label": title, "cancel_url": "/add-ons/"}
    return form_page(request, context | {"crumbs": [LIST, (title, "")]})


@operator_view("catalog")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit an add-on; invoices keep what they say."""
    add_on = one(AddOn, request, pk)
    initial = initial_of(add_on)
    form = AddOnForm(request.POST or None, organization=request.organization, initial=initial)
    changed = request.method == "POST" and submit(
        form, lambda data: add_ons.update(add_on, form.columns(), **by(request))
    )
    if changed:
        message = _("Add-on %(name)s is saved.") % {"name": changed.name}
        return done(request, message, to=url("add_on", add_on.pk))
    context = {
        "form": form,
        "title": _("Edit %(name)s") % {"name": add_on.name},
        "note": _("Invoices that have been made stay as they are."),
        "label": _("Save add-on"),
        "cancel_url": url("add_on", add_on.pk),
        "crumbs": [LIST, (add_on.name, url("add_on", add_on.pk)), (_("Edit"), "")],
    }
    return form_page(request, context)


@operator_view("catalog")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and delete an add-on."""
    add_on = one(AddOn, request, pk)
    if request.method == "POST":
        add_ons.delete(add_on, **by(request))
        message = _("Add-on %(name)s is deleted.") % {"name": add_on.name}
        return done(request, message, to="/add-ons/")
    count = len(metrics.plans_of(add_on))
    kept = ngettext(
        "%(count)d plan goes on billing it", "%(count)d plans go on billing it", count
    ) % {"count": count}
    effects = [
        {"label": _("It cannot be invoiced any more"), "icon": "ban", "tone": "bad"},
        {"label": kept, "icon": "layers"},
        {"label": _("Invoices stay as they are"), "icon": "lock"},
        {"label": _("The code is free again"), "detail": add_on.code, "icon": "check"},
    ]
    return ask(
        request,
        title=_("Delete %(name)s?") % {"name": add_on.name},
        effects=effects,
        label=_("Delete add-on"),
        cancel_url=url("add_on", add_on.pk),
        crumbs=[LIST, (add_on.name, url("add_on", add_on.pk))],
    )
