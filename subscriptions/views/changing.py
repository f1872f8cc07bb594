"""Change a subscription: its name and dates, or its plan."""

from __future__ import annotations

import uuid
from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import OperatorRequest, operator_view
from console.forms import attach, submit
from console.htmx import done, page_or_fragment
from console.plans import SEALED, answered
from console.views import once
from organizations import clock
from subscriptions.forms import ChangePlanForm, SubscriptionForm
from subscriptions.forms.starting import plans_of
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from subscriptions.views.finding import crumbs_to, find
from workflows.start_subscription import start_subscription
from workflows.update_subscription import update_subscription


def _url(subscription: Subscription) -> str:
    return reverse("subscriptions:detail", args=[subscription.pk])


@operator_view("subscriptions")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a subscription."""
    subscription = find(request, pk)
    form = SubscriptionForm(request.POST or None, subscription=subscription)
    at = clock.now(request.organization)
    if request.method == "POST":
        changed = submit(
            form,
            lambda data: update_subscription(
                subscription, given=form.given(), actor=request.actor, at=at
            ),
        )
        if changed:
            return done(request, _("%(name)s is saved.") % {"name": changed}, to=_url(subscription))
    context = {
        "form": form,
        "subscription": subscription,
        "cancel_url": _url(subscription),
        "crumbs": crumbs_to(subscription, _("Edit")),
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "subscriptions/form.html", context, status=status)


@operator_view("subscriptions")
@once
def change_plan(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose another plan, look at what the change will do, and do exactly that."""
    subscription = find(request, pk)
    plans = [one for one in plans_of(request.organization) if one.pk != subscription.plan_id]
    form = ChangePlanForm(request.POST or None, plans=plans)
    context = {
        "form": form,
        "subscription": subscription,
        "has_plans": bool(plans),
        "cancel_url": _url(subscription),
        "crumbs": crumbs_to(subscription, _("Change plan")),
    }
    status = 422 if form.errors else 200
    if form.is_valid():
        change = partial(
            start_subscription,
            subscription.customer,
            asked=_asked(subscription, form),
            actor=request.actor,
        )
        answer = answered(request, change, is_sent=SEALED in request.POST)
        if answer.result is not None:
            plan = form.cleaned_data["new_plan"]
            message = _("The plan is changed to %(plan)s.") % {"plan": plan}
            return done(request, message, to=_url(answer.result))
        if answer.refusal is not None:
            attach(form, answer.refusal)
        context |= {"answer": answer.context}
        status = answer.status
    return page_or_fragment(request, "subscriptions/change_plan.html", context, status=status)


def _asked(subscription: Subscription, form: ChangePlanForm) -> NewSubscription:
    return NewSubscription(
        external_id=subscription.external_id,
        plan=form.cleaned_data["new_plan"],
        name=form.cleaned_data["name"] or None,
        billing_time=subscription.billing_time,
        on_termination_credit_note=subscription.on_termination_credit_note,
        on_termination_invoice=subscription.on_termination_invoice,
        consolidate_invoice=subscription.consolidate_invoice,
        purchase_order_number=subscription.purchase_order_number,
    )
