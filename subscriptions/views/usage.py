"""Usage: of a period, of a charge with its filters and groups, and how one amount came about."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from billing.errors import NotAllowed, NotFound
from console.access import OperatorRequest, operator_view
from console.htmx import page_or_fragment
from invoices.reads.explanation import steps_of
from invoices.schemas.past_usage import billed_periods
from organizations import clock
from subscriptions.models import Subscription
from subscriptions.reads import parts
from subscriptions.reads.panels import UsagePanel, past_panel, usage_panels
from subscriptions.views.finding import crumbs_to, find
from usage.reads.verdicts import read_by


@operator_view()
def usage(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what a subscription has used in the running period, or (``?period=``) in one that was billed."""
    subscription = find(request, pk)
    context = {
        "panel": _panel(request, subscription),
        "subscription": subscription,
        "crumbs": crumbs_to(subscription, _("Usage")),
    }
    return page_or_fragment(
        request, "subscriptions/usage.html", context, fragment="subscriptions/_panel.html"
    )


@operator_view()
def charge_usage(request: OperatorRequest, pk: uuid.UUID, charge_id: uuid.UUID) -> HttpResponse:
    """Show the filters and groups of a charge, and its units day by day."""
    context = _charge(request, pk, charge_id)
    context["parts"] = parts.parts_of(context["panel"], context["line"])
    context["chart"] = parts.units_by_day(context["panel"], context["line"])
    context["crumbs"] = crumbs_to(context["subscription"], context["line"].name)
    return page_or_fragment(
        request, "subscriptions/charge.html", context, fragment="subscriptions/_charge.html"
    )


@operator_view()
def explain_usage(request: OperatorRequest, pk: uuid.UUID, charge_id: uuid.UUID) -> HttpResponse:
    """Explain an amount: the steps of its price, the units, and the events themselves."""
    context = _charge(request, pk, charge_id)
    panel, line = context["panel"], context["line"]
    part = parts.find_part(panel, line, request.GET)
    context |= {
        "part": part,
        "steps": steps_of(part.fee),
        "events": read_by(line.usage.charge.billable_metric, parts.events_of(panel, line, part)),
        "most_events": parts.MOST_EVENTS,
        "crumbs": crumbs_to(context["subscription"], _("Explain this amount")),
    }
    return page_or_fragment(
        request, "subscriptions/explain.html", context, fragment="subscriptions/_explain.html"
    )


def _charge(request: OperatorRequest, pk: uuid.UUID, charge_id: uuid.UUID) -> dict[str, Any]:
    subscription = find(request, pk)
    panel = _panel(request, subscription)
    return {
        "subscription": subscription,
        "panel": panel,
        "line": parts.line_of(panel, charge_id),
    }


def _panel(request: OperatorRequest, subscription: Subscription) -> UsagePanel:
    """Return the usage of the period that the address names."""
    named = request.GET.get("period", "")
    if not named:
        if not subscription.is_active:
            raise NotAllowed(
                "no_active_subscription", _("This subscription does not run. Choose a past period.")
            )
        return usage_panels([subscription], at=clock.now(request.organization))[0]
    entries = billed_periods(subscription.customer, subscription.external_id)
    try:
        entry = entries.filter(subscription=subscription, pk=uuid.UUID(named)).first()
    except ValueError:
        entry = None
    if entry is None:
        raise NotFound("period", _("This period was not billed."))
    return past_panel(subscription, entry)
