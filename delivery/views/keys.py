"""API keys: list, create (shown once), revoke."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotAllowed
from console.forms import submit
from console.htmx import done, page_or_fragment, refused
from console.views import OperatorRequest, once, operator_view
from console.wording import spoken
from delivery import reads
from delivery.forms import KeyForm
from delivery.views.developers import crumbs, tabs
from organizations import clock
from organizations.models import ApiKey
from workflows.issue_api_key import issue_api_key
from workflows.revoke_api_key import revoke_api_key


@operator_view()
def keys(request: OperatorRequest) -> HttpResponse:
    """List the keys, and say where the API is."""
    context = {
        "keys": reads.shown_keys(request.organization, at=clock.now()),
        "tabs": tabs("keys"),
        "address": f"{settings.PUBLIC_URL}/api/v1",
    }
    return page_or_fragment(request, "delivery/keys.html", context)


@operator_view("keys")
@once
def create_key(request: OperatorRequest) -> HttpResponse:
    """Create a key and show it this once."""
    zone, at = request.organization.timezone, clock.now()
    form = KeyForm(request.POST or None, zone=zone, at=at)
    made = request.method == "POST" and submit(
        form,
        lambda data: issue_api_key(
            request.organization,
            name=data["name"],
            expires_at=data["expires_at"],
            actor=request.actor,
            at=at,
        ),
    )
    context = {"form": form, "crumbs": crumbs((_("Create an API key"), ""))}
    if not made:
        status = 422 if form.errors else 200
        return page_or_fragment(request, "delivery/key_form.html", context, status=status)
    key, secret = made
    answer = render(request, "delivery/key_shown.html", context | {"key": key, "secret": secret})
    answer["Cache-Control"] = "no-store"
    answer["Location"] = reverse("delivery:keys")  # where a second press of the button leads
    return answer


@operator_view("keys")
@once
def revoke_key(request: OperatorRequest, pk: UUID) -> HttpResponse:
    """Ask, and stop a key from working."""
    key = get_object_or_404(ApiKey.objects.of(request.organization), pk=pk)
    if request.method == "POST":
        try:
            revoke_api_key(key, actor=request.actor, at=clock.now())
        except NotAllowed as error:
            return refused(request, spoken(error.message))
        message = _("API key %(name)s is revoked.") % {"name": key.name}
        return done(request, message, to=reverse("delivery:keys"))
    context = {
        "title": _("Revoke %(name)s?") % {"name": key.name},
        "effects": [
            {
                "label": _("Whoever uses it is refused within seconds"),
                "icon": "ban",
                "tone": "bad",
            },
            {"label": _("A revoked key cannot be brought back"), "icon": "lock"},
        ],
        "action": reverse("delivery:revoke_key", args=[key.pk]),
        "submit_label": _("Revoke key"),
        "danger": True,
        "cancel_url": reverse("delivery:keys"),
        "crumbs": crumbs((_("Revoke key"), "")),
    }
    return page_or_fragment(request, "console/confirm.html", context)
