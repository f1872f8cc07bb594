"""Taxes: list, one, create, edit, delete."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.forms.tax import TaxForm, initial_of
from catalog.models import Tax
from catalog.operations import taxes
from catalog.reads import lists, metrics
from catalog.views.common import ask, by, edit_and_delete, form_page, one, url
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import submit
from console.history import history
from console.htmx import done, page_or_fragment
from console.views import once
from workflows.delete_tax import delete_tax
from workflows.edit_tax import edit_tax

LIST = (gettext_lazy("Taxes"), "/taxes/")


@operator_view()
def tax_list(request: OperatorRequest) -> HttpResponse:
    """List the taxes."""
    listing = lists.tax_list(request, request.organization)
    if listing.wants_export:
        head = ["name", "code", "rate", "applied_to_organization", "created"]
        return csv_answer("taxes", head, (_line(tax) for tax in listing.matching.iterator()))
    return page_or_fragment(request, "catalog/taxes.html", {"listing": listing})


def _line(tax: Tax) -> list[Any]:
    return [tax.name, tax.code, tax.rate, tax.applied_to_organization, tax.created_at]


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a tax and what bears it."""
    tax = one(Tax, request, pk)
    context = {
        "tax": tax,
        "bearers": _bearers(tax),
        "history": history(request.organization, [tax.pk]),
        "actions": edit_and_delete("tax", tax, _("tax")),
        "crumbs": [LIST, (tax.name, "")],
    }
    return page_or_fragment(request, "catalog/tax.html", context, fragment="catalog/tax.html")


def _bearers(tax: Tax) -> list[str]:
    """Say what bears the tax: "2 plans", "1 customer"."""
    words = {
        "customers": lambda n: ngettext("%(n)d customer", "%(n)d customers", n),
        "plans": lambda n: ngettext("%(n)d plan", "%(n)d plans", n),
        "charges": lambda n: ngettext("%(n)d charge", "%(n)d charges", n),
        "fixed_charges": lambda n: ngettext("%(n)d fixed charge", "%(n)d fixed charges", n),
        "commitments": lambda n: ngettext(
            "%(n)d minimum commitment", "%(n)d minimum commitments", n
        ),
        "add_ons": lambda n: ngettext("%(n)d add-on", "%(n)d add-ons", n),
    }
    return [words[name](count) % {"n": count} for name, count in metrics.bearers_of(tax).items()]


@operator_view("catalog")
@once
def create(request: OperatorRequest) -> HttpResponse:
    """Create a tax."""
    form = TaxForm(request.POST or None)
    tax = request.method == "POST" and submit(
        form, lambda data: taxes.create(request.organization, form.columns(), **by(request))
    )
    if tax:
        return done(request, _("Tax %(name)s is created.") % {"name": tax.name}, to="/taxes/")
    title = _("Create a tax")
    context = {"form": form, "title": title, "label": title, "cancel_url": "/taxes/"}
    return form_page(request, context | {"crumbs": [LIST, (title, "")]})


@operator_view("catalog")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a tax; drafts are worked out anew."""
    tax = one(Tax, request, pk)
    form = TaxForm(request.POST or None, initial=initial_of(tax))
    changed = request.method == "POST" and submit(
        form, lambda data: edit_tax(tax, form.columns(), **by(request))
    )
    if changed:
        message = _("Tax %(name)s is saved.") % {"name": changed.name}
        return done(request, message, to=url("tax", tax.pk))
    context = {
        "form": form,
        "title": _("Edit %(name)s") % {"name": tax.name},
        "note": _("Drafts are worked out anew with the new rate. Final invoices stay as they are."),
        "label": _("Save tax"),
        "cancel_url": url("tax", tax.pk),
        "crumbs": [LIST, (tax.name, url("tax", tax.pk)), (_("Edit"), "")],
    }
    return form_page(request, context)


@operator_view("catalog")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and delete a tax."""
    tax = one(Tax, request, pk)
    if request.method == "POST":
        delete_tax(tax, **by(request))
        return done(request, _("Tax %(name)s is deleted.") % {"name": tax.name}, to="/taxes/")
    bearers = _bearers(tax) + ([_("the whole organization")] if tax.applied_to_organization else [])
    gone = _("It is taken off %(what)s") % {"what": ", ".join(bearers)} if bearers else ""
    effects = [
        {"label": gone or _("Nothing bears it"), "icon": "percent", "tone": "bad" if gone else ""},
        {"label": _("Drafts are worked out anew without it"), "icon": "refresh-cw"},
        {"label": _("Final invoices keep it"), "icon": "lock"},
        {"label": _("The code is free again"), "detail": tax.code, "icon": "check"},
    ]
    return ask(
        request,
        title=_("Delete %(name)s?") % {"name": tax.name},
        effects=effects,
        label=_("Delete tax"),
        cancel_url=url("tax", tax.pk),
        crumbs=[LIST, (tax.name, url("tax", tax.pk))],
    )
