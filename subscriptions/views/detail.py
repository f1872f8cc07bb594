"""The page of a subscription."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import OperatorRequest, operator_view
from organizations import clock
from subscriptions.lifecycle import SUBSCRIPTION, Status
from subscriptions.models import Subscription
from subscriptions.reads import details, tables
from subscriptions.reads.panels import period_links, periods_of, usage_panels
from subscriptions.views.finding import crumbs_to, find


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a subscription: its usage, what was agreed, when it is billed next, its invoices."""
    subscription = find(request, pk)
    at = clock.now(request.organization)
    panels = usage_panels([subscription], at=at) if subscription.is_active else []
    [line] = tables.lines([subscription])
    context = {
        "subscription": subscription,
        "customer": subscription.customer,
        "line": line,
        "panel": panels[0] if panels else None,
        "periods": [] if panels else _periods(subscription),
        "facts": details.facts(subscription, at=at),
        "dates": details.upcoming(subscription, at=at),
        "successor": details.successor(subscription),
        "invoices": details.invoices_of(subscription),
        "entries": details.history(subscription),
        "plan_url": f"/plans/{subscription.plan.parent_id or subscription.plan_id}/",
        "actions": _actions(request, subscription),
        "crumbs": crumbs_to(subscription),
    }
    return render(request, "subscriptions/detail.html", context)


def _periods(subscription: Subscription) -> list[dict[str, Any]]:
    return period_links(subscription, periods_of([subscription])[subscription.pk])


def _actions(request: OperatorRequest, subscription: Subscription) -> list[dict[str, Any]]:
    """Return what may follow: the entries ask the table of statuses."""
    if not request.membership.may("subscriptions"):
        return []
    may_end = SUBSCRIPTION.allows(subscription.status, Status.TERMINATED)
    may_cancel = SUBSCRIPTION.allows(subscription.status, Status.CANCELED)
    if not (may_end or may_cancel):
        return []
    end = _("End subscription") if may_end else _("Cancel subscription")
    entries = [
        (_("Change plan"), "change_plan", {"icon": "repeat"}),
        (_("Edit subscription"), "update", {"icon": "pencil", "key": "e"}),
        (end, "end", {"icon": "circle-minus", "is_danger": True, "separator": True}),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"subscriptions:{name}", args=[subscription.pk]),
            **more,
        }
        for label, name, more in entries
    ]
