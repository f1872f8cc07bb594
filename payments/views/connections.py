"""Connections to payment providers, in the settings."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.errors import NotFound
from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from organizations import clock
from payments.forms import ConnectionForm, initial_of
from payments.models import PaymentProvider
from payments.operations import connections

SETTINGS = (gettext_lazy("Settings"), "/settings/")
LIST = (gettext_lazy("Payment providers"), "/settings/payment-providers/")


@operator_view()
def connection_list(request: OperatorRequest) -> HttpResponse:
    """List the connections and the addresses at which their news are heard."""
    rows = PaymentProvider.objects.of(request.organization).kept().order_by("name", "pk")
    connected = [(row, _address(request, row)) for row in rows]
    context = {"connections": connected}
    return page_or_fragment(request, "payments/connections.html", context)


def _address(request: OperatorRequest, provider: PaymentProvider) -> str:
    """Return where the provider has to send its news."""
    if not provider.moves_money:
        return ""
    path = reverse("payments:hear", args=[provider.kind, provider.organization_id])
    return request.build_absolute_uri(f"{path}?code={provider.code}")


@operator_view("providers")
@once
def create(request: OperatorRequest) -> HttpResponse:
    """Connect a provider."""
    form = ConnectionForm(request.POST or None)
    provider = request.method == "POST" and submit(
        form,
        lambda data: connections.create_connection(
            request.organization,
            kind=data["kind"],
            terms=form.terms(),
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )
    if provider:
        message = _("%(name)s is connected.") % {"name": provider.name}
        return done(request, message, to=LIST[1])
    title = _("Connect a payment provider")
    return _form(request, form, {"title": title, "label": _("Connect"), "here": title})


@operator_view("providers")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a connection; secrets left empty stay."""
    provider = _find(request, pk)
    form = ConnectionForm(
        request.POST or None,
        provider=provider,
        initial=initial_of(provider),
        locked={"kind": _("Locked: connect another one instead.")},
    )
    changed = request.method == "POST" and submit(
        form,
        lambda data: connections.update_connection(
            provider,
            terms=form.terms(),
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )
    if changed:
        message = _("%(name)s is saved.") % {"name": changed.name}
        return done(request, message, to=LIST[1])
    title = _("Edit %(name)s") % {"name": provider.name}
    return _form(request, form, {"title": title, "label": _("Save"), "here": provider.name})


@operator_view("providers")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and disconnect a provider."""
    provider = _find(request, pk)
    if request.method == "POST":
        now = clock.now(request.organization)
        connections.delete_connection(provider, actor=request.actor, at=now)
        message = _("%(name)s is disconnected.") % {"name": provider.name}
        return done(request, message, to=LIST[1])
    count = provider.customer_providers.count()
    lost = ngettext(
        "%(count)d customer loses it as their provider",
        "%(count)d customers lose it as their provider",
        count,
    )
    context = {
        "title": _("Disconnect %(name)s?") % {"name": provider.name},
        "effects": [
            {"label": lost % {"count": count}, "icon": "users", "tone": "bad" if count else ""},
            {"label": _("Nothing is collected with it any more"), "icon": "ban", "tone": "bad"},
            {"label": _("Refunds of what it has collected still go through it"), "icon": "undo-2"},
        ],
        "action": request.path,
        "submit_label": _("Disconnect"),
        "danger": True,
        "cancel_url": LIST[1],
        "crumbs": [SETTINGS, LIST, (provider.name, "")],
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _form(request: OperatorRequest, form: ConnectionForm, words: dict[str, Any]) -> HttpResponse:
    crumbs = [SETTINGS, LIST, (words["here"], "")]
    context = {"form": form, "cancel_url": LIST[1], "crumbs": crumbs} | words
    status = 422 if form.errors else 200
    return page_or_fragment(request, "payments/form.html", context, status=status)


def _find(request: OperatorRequest, pk: uuid.UUID) -> PaymentProvider:
    rows = PaymentProvider.objects.of(request.organization).kept()
    provider = rows.filter(pk=pk).first()
    if provider is None:
        raise NotFound("payment_provider", _("This connection does not exist."))
    return provider
