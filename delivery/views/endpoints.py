"""Webhook endpoints: list, create, edit, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import OperatorRequest, once, operator_view
from delivery import operations, reads
from delivery.forms import EndpointForm, initial_of
from delivery.models import WebhookEndpoint
from delivery.operations import MOST
from delivery.views.developers import crumbs, tabs
from organizations import clock


@operator_view()
def endpoints(request: OperatorRequest) -> HttpResponse:
    """List the endpoints with what became of their deliveries, and how signatures are checked."""
    rows = reads.shown_endpoints(request.organization)
    context = {
        "endpoints": rows,
        "is_full": len(rows) >= MOST,
        "most": MOST,
        "tabs": tabs("endpoints"),
        "public_key": reads.public_key(request.organization),
    }
    return page_or_fragment(request, "delivery/endpoints.html", context)


@operator_view("webhooks")
@once
def create_endpoint(request: OperatorRequest) -> HttpResponse:
    """Register an address."""
    form = EndpointForm(request.POST or None)
    made = request.method == "POST" and submit(
        form,
        lambda data: operations.create_endpoint(
            request.organization, form.values(), actor=request.actor, at=_now(request)
        ),
    )
    if made:
        message = _("%(name)s hears of what happens from now on.") % {"name": made}
        return done(request, message, to=reverse("delivery:endpoints"))
    title = _("Add a webhook endpoint")
    return _form(request, form, {"title": title, "label": _("Add endpoint"), "here": title})


@operator_view("webhooks")
@once
def update_endpoint(request: OperatorRequest, pk: UUID) -> HttpResponse:
    """Edit an endpoint."""
    endpoint = _find(request, pk)
    form = EndpointForm(request.POST or None, initial=initial_of(endpoint))
    changed = request.method == "POST" and submit(
        form,
        lambda data: operations.update_endpoint(
            endpoint, form.values(), actor=request.actor, at=_now(request)
        ),
    )
    if changed:
        message = _("%(name)s is saved.") % {"name": changed}
        return done(request, message, to=reverse("delivery:endpoints"))
    title = _("Edit %(name)s") % {"name": endpoint}
    return _form(request, form, {"title": title, "label": _("Save"), "here": str(endpoint)})


@operator_view("webhooks")
@once
def delete_endpoint(request: OperatorRequest, pk: UUID) -> HttpResponse:
    """Ask, and remove an endpoint."""
    endpoint = _find(request, pk)
    if request.method == "POST":
        operations.delete_endpoint(endpoint, actor=request.actor, at=_now(request))
        message = _("%(name)s is removed.") % {"name": endpoint}
        return done(request, message, to=reverse("delivery:endpoints"))
    context = {
        "title": _("Remove %(name)s?") % {"name": endpoint},
        "effects": [
            {"label": _("It hears nothing more"), "icon": "ban", "tone": "bad"},
            {"label": _("Its deliveries leave the log"), "icon": "trash-2", "tone": "bad"},
        ],
        "action": reverse("delivery:delete_endpoint", args=[endpoint.pk]),
        "submit_label": _("Remove endpoint"),
        "danger": True,
        "cancel_url": reverse("delivery:endpoints"),
        "crumbs": crumbs((_("Webhooks"), reverse("delivery:endpoints")), (_("Remove"), "")),
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _find(request: OperatorRequest, pk: UUID) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint.objects.of(request.organization), pk=pk)


def _now(request: OperatorRequest) -> Any:
    return clock.now(request.organization)


def _form(request: OperatorRequest, form: EndpointForm, texts: dict[str, str]) -> HttpResponse:
    way = crumbs((_("Webhooks"), reverse("delivery:endpoints")), (texts.pop("here"), ""))
    context = {"form": form, "crumbs": way, **texts}
    status = 422 if form.errors else 200
    return page_or_fragment(request, "delivery/endpoint_form.html", context, status=status)
