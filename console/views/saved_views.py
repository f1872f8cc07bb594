"""Save the present view of a list under a name; rename, overwrite and delete such views."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from billing.errors import NotFound
from console.access import OperatorRequest, operator_view
from console.forms import ConsoleForm, submit
from console.htmx import done, page_or_fragment
from console.views.once import once
from organizations import clock
from organizations.models import SavedView
from workflows.save_view import NewView, change_view, delete_view, save_view


class ViewForm(ConsoleForm):
    """The name of a view, and who sees it."""

    order = "name is_shared"

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, widget=forms.TextInput({"autofocus": True})
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("Everybody in the organization sees it"), required=False
    )


@operator_view()
@once
def save(request: OperatorRequest) -> HttpResponse:
    """Ask for a name, and keep what the list is asked for under it."""
    given = {key: _given(request, key) for key in ("listing", "query")}
    form = ViewForm(request.POST or None)
    saved = request.method == "POST" and submit(
        form,
        lambda data: save_view(request.membership, asked=NewView(**given, **data), **_by(request)),
    )
    if saved:
        return done(request, _("View %(name)s is saved.") % {"name": saved.name}, to=_back(request))
    context = {
        "title": _("Save this view"),
        "text": _("It keeps the search, the filters, the order and the page size of the list."),
        "fields": form,
        "action": reverse("console:save_view"),
        "submit_label": _("Save view"),
        "hidden": [*given.items(), ("next", _back(request))],
    }
    return _asked(request, form, context)


@operator_view()
@once
def change(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for another name or circle of a view."""
    view = _find(request, pk)
    known = {"name": view.name, "is_shared": view.is_shared}
    form = ViewForm(request.POST or None, initial=known)
    changed = request.method == "POST" and submit(
        form, lambda data: change_view(view, request.membership, **data, **_by(request))
    )
    if changed:
        message = _("View %(name)s is saved.") % {"name": changed.name}
        return done(request, message, to=_back(request))
    context = {
        "title": _("Rename or share %(name)s") % {"name": view.name},
        "fields": form,
        "action": reverse("console:change_view", args=[pk]),
        "submit_label": _("Save view"),
        "hidden": [("next", _back(request))],
    }
    return _asked(request, form, context)


@require_POST
@operator_view()
@once
def overwrite(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep what the list is asked for now in a view that kept something else."""
    view = _find(request, pk)
    query = request.POST.get("query", "")[:2000]
    change_view(view, request.membership, query=query, **_by(request))
    return done(request, _("View %(name)s is saved.") % {"name": view.name}, to=_back(request))


@operator_view()
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and delete a view."""
    view = _find(request, pk)
    if request.method == "POST":
        delete_view(view, request.membership, **_by(request))
        message = _("View %(name)s is deleted.") % {"name": view.name}
        return done(request, message, to=_back(request))
    text = _("Only the name is lost: the rows of the list stay as they are.")
    if view.is_shared:
        text = _(
            "It goes for everybody in the organization. The rows of the list stay as they are."
        )
    context = {
        "title": _("Delete view %(name)s?") % {"name": view.name},
        "text": text,
        "action": reverse("console:delete_view", args=[pk]),
        "submit_label": _("Delete view"),
        "danger": True,
        "hidden": [("next", _back(request))],
    }
    return _asked(request, None, context)


def _asked(
    request: OperatorRequest, form: ViewForm | None, context: dict[str, Any]
) -> HttpResponse:
    context["cancel_url"] = _back(request)
    context["crumbs"] = [(_("Back to the list"), _back(request)), (context["title"], "")]
    status = 422 if form and form.errors else 200
    return page_or_fragment(request, "console/confirm.html", context, status=status)


def _given(request: OperatorRequest, key: str) -> str:
    return (request.POST.get(key) or request.GET.get(key) or "")[:2000]


def _back(request: OperatorRequest) -> str:
    """Return the list's address, if it is one of ours."""
    wanted = _given(request, "next")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else "/"


def _by(request: OperatorRequest) -> dict[str, Any]:
    return {"actor": request.actor, "at": clock.now(request.organization)}


def _find(request: OperatorRequest, pk: uuid.UUID) -> SavedView:
    seen = SavedView.objects.of(request.organization).seen_by(request.user)
    found = seen.filter(pk=pk).first()
    if found is None:
        raise NotFound("saved_view", _("This view does not exist any more."))
    return found
