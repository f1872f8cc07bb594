"""What the pages of the catalog have in common."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotFound
from catalog.models import AddOn, BillableMetric, Tax
from catalog.reads.metrics import find
from console.access import OperatorRequest
from console.htmx import page_or_fragment
from organizations import clock

Row = TypeVar("Row", AddOn, BillableMetric, Tax)


def by(request: OperatorRequest) -> dict[str, Any]:
    """Return who acts and when, for an operation."""
    return {"actor": request.actor, "at": clock.now(request.organization)}


def url(name: str, *pks: Any) -> str:
    """Return the address of a page of the catalog."""
    return reverse(f"catalog:{name}", args=pks)


def one(model: type[Row], request: OperatorRequest, pk: uuid.UUID) -> Row:
    """Return a row of the organization's catalog; raises NotFound."""
    found = find(model, request.organization, pk)
    if found is None:
        raise NotFound(
            model._meta.model_name or "", _("This does not exist, or it has been deleted.")
        )
    return found


def form_page(
    request: OperatorRequest,
    context: dict[str, Any],
    *,
    page: str = "catalog/form.html",
    is_refused: bool | None = None,
) -> HttpResponse:
    """Show a form: `form`, `title`, `label`, `cancel_url`, `crumbs`; 422 when it was refused."""
    refused = bool(context["form"].errors) if is_refused is None else is_refused
    return page_or_fragment(request, page, context, status=422 if refused else 200)


def ask(
    request: OperatorRequest,
    *,
    title: str,
    effects: list[dict[str, Any]],
    label: str,
    cancel_url: str,
    crumbs: list[tuple[Any, str]],
) -> HttpResponse:
    """Ask before something goes away."""
    context = {
        "title": title,
        "effects": effects,
        "action": request.path,
        "submit_label": label,
        "danger": True,
        "cancel_url": cancel_url,
        "crumbs": [*crumbs, (label, "")],
    }
    return page_or_fragment(request, "console/confirm.html", context)


def edit_and_delete(kind: str, row: Any, words: str) -> list[dict[str, Any]]:
    """Return the two entries of a menu: edit, delete."""
    return [
        {
            "label": _("Edit %(kind)s") % {"kind": words},
            "url": url(f"update_{kind}", row.pk),
            "icon": "pencil",
            "key": "e",
        },
        {
            "label": _("Delete %(kind)s") % {"kind": words},
            "url": url(f"delete_{kind}", row.pk),
            "icon": "trash-2",
            "dialog": True,
            "is_danger": True,
            "separator": True,
        },
    ]
