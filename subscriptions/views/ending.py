"""End a subscription: what it will do, and doing exactly that."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotAllowed
from console.access import OperatorRequest, operator_view
from console.htmx import done, page_or_fragment
from console.plans import answered
from console.views import SHOW, once
from subscriptions.forms import EndForm
from subscriptions.lifecycle import SUBSCRIPTION, Status
from subscriptions.models import Subscription
from subscriptions.views.finding import crumbs_to, find
from workflows.end_subscription import end_subscription


@operator_view("subscriptions")
@once
def end(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask how a subscription ends, show what that does, and do it; an active one's ID must be typed."""
    subscription = find(request, pk)
    _require_open(subscription)
    form = EndForm(request.POST or None, subscription=subscription)
    is_sent = request.method == "POST" and SHOW not in request.POST
    is_wrong = is_sent and _is_mistyped(request, subscription)
    workflow = partial(end_subscription, subscription, options=form.options(), actor=request.actor)
    answer = answered(request, workflow, is_sent=is_sent and not is_wrong)
    url = reverse("subscriptions:detail", args=[subscription.pk])
    if answer.result is not None:
        return done(request, _("%(name)s has ended.") % {"name": subscription}, to=url)
    context = _context(subscription, form, url) | answer.context
    if is_wrong:
        context["typed_error"] = _("This is not the external ID.")
    status = 422 if is_wrong else answer.status
    return page_or_fragment(request, "subscriptions/end.html", context, status=status)


def _context(subscription: Subscription, form: EndForm, url: str) -> dict[str, Any]:
    is_active = subscription.is_active
    title = _("End %(name)s?") if is_active else _("Cancel %(name)s?")
    return {
        "subscription": subscription,
        "fields": form,
        "title": title % {"name": subscription.name or subscription.plan.name},
        "submit_label": _("End subscription") if is_active else _("Cancel subscription"),
        "type_to_confirm": subscription.external_id if is_active else "",
        "cancel_url": url,
        "crumbs": crumbs_to(subscription, _("End")),
    }


def _require_open(subscription: Subscription) -> None:
    status = subscription.status
    if not any(SUBSCRIPTION.allows(status, one) for one in (Status.TERMINATED, Status.CANCELED)):
        raise NotAllowed("invalid_status", _("This subscription has ended already."))


def _is_mistyped(request: OperatorRequest, subscription: Subscription) -> bool:
    typed = request.POST.get("typed", "").strip()
    return subscription.is_active and typed != subscription.external_id
