"""Dunning campaigns, in the settings."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import NotFound
from billing.money import Money
from console.access import OperatorRequest, operator_view
from console.forms import grown, submit, wants_row
from console.htmx import done, page_or_fragment
from console.views import once
from organizations import clock
from payments.forms import CampaignForm, Thresholds
from payments.models import DunningCampaign
from payments.operations import campaigns

SETTINGS = (gettext_lazy("Settings"), "/settings/")
LIST = (gettext_lazy("Dunning"), "/settings/dunning/")
FIELDS = (
    "name",
    "code",
    "description",
    "max_attempts",
    "days_between_attempts",
    "is_default",
)


@operator_view()
def campaign_list(request: OperatorRequest) -> HttpResponse:
    """List the campaigns."""
    rows = DunningCampaign.objects.of(request.organization).kept()
    context = {
        "campaigns": rows.prefetch_related("thresholds").order_by("-is_default", "name", "pk"),
    }
    return page_or_fragment(request, "payments/campaigns.html", context)


@operator_view("organization")
@once
def create(request: OperatorRequest) -> HttpResponse:
    """Create a campaign."""
    own = [{"currency": request.organization.default_currency}]
    form, rows = _forms(request, {}, own)
    made = _saved(
        request,
        form,
        rows,
        lambda terms, **who: campaigns.create_campaign(request.organization, terms=terms, **who),
    )
    if made:
        message = _("Campaign %(name)s is created.") % {"name": made.name}
        return done(request, message, to=LIST[1])
    title = _("Create a dunning campaign")
    return _page(request, form, rows, {"title": title, "label": _("Create"), "here": title})


@operator_view("organization")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a campaign; its customers are asked anew from the first attempt."""
    campaign = _find(request, pk)
    shown = [
        {"currency": row.currency, "amount": Money(row.amount_cents, row.currency).amount}
        for row in campaign.thresholds.order_by("currency")
    ]
    form, rows = _forms(request, {name: getattr(campaign, name) for name in FIELDS}, shown)
    changed = _saved(
        request,
        form,
        rows,
        lambda terms, **who: campaigns.update_campaign(campaign, terms=terms, **who),
    )
    if changed:
        message = _("Campaign %(name)s is saved.") % {"name": changed.name}
        return done(request, message, to=LIST[1])
    title = _("Edit %(name)s") % {"name": campaign.name}
    return _page(request, form, rows, {"title": title, "label": _("Save"), "here": campaign.name})


@operator_view("organization")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and end a campaign."""
    campaign = _find(request, pk)
    if request.method == "POST":
        now = clock.now(request.organization)
        campaigns.delete_campaign(campaign, actor=request.actor, at=now)
        message = _("Campaign %(name)s is deleted.") % {"name": campaign.name}
        return done(request, message, to=LIST[1])
    context = {
        "title": _("Delete %(name)s?") % {"name": campaign.name},
        "effects": [
            {"label": _("It asks nobody any more"), "icon": "ban", "tone": "bad"},
            {"label": _("Its customers fall back to the default campaign"), "icon": "users"},
            {"label": _("Requests that were sent stay"), "icon": "lock"},
        ],
        "action": request.path,
        "submit_label": _("Delete campaign"),
        "danger": True,
        "cancel_url": LIST[1],
        "crumbs": [SETTINGS, LIST, (campaign.name, "")],
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _forms(
    request: OperatorRequest, initial: dict[str, Any], thresholds: list[dict[str, Any]]
) -> tuple[CampaignForm, Any]:
    data = request.POST or None
    if data and wants_row(data):
        data = grown(data)
    form = CampaignForm(data, initial=initial)
    return form, Thresholds(data, initial=thresholds, prefix="thresholds")


def _saved(request: OperatorRequest, form: CampaignForm, rows: Any, call: Any) -> Any:
    """Save what was typed; None when it is not to be saved yet, or was refused."""
    if request.method != "POST" or wants_row(request.POST) or not rows.is_valid():
        return None
    who = {"actor": request.actor, "at": clock.now(request.organization)}
    return submit(form, lambda data: call(form.terms(rows.thresholds()), **who))


def _page(
    request: OperatorRequest, form: CampaignForm, rows: Any, words: dict[str, Any]
) -> HttpResponse:
    crumbs = [SETTINGS, LIST, (words["here"], "")]
    context = {"form": form, "rows": rows, "cancel_url": LIST[1], "crumbs": crumbs} | words
    is_refused = request.method == "POST" and not wants_row(request.POST)
    return page_or_fragment(
        request, "payments/campaign.html", context, status=422 if is_refused else 200
    )


def _find(request: OperatorRequest, pk: uuid.UUID) -> DunningCampaign:
    rows = DunningCampaign.objects.of(request.organization).kept()
    campaign = rows.filter(pk=pk).first()
    if campaign is None:
        raise NotFound("dunning_campaign", _("This campaign does not exist."))
    return campaign
