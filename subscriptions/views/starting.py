"""Assign a plan to a customer."""

from __future__ import annotations

import uuid
from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _

from billing.errors import DomainError
from console.access import OperatorRequest, operator_view
from console.effects import written
from console.forms import attach, submit
from console.htmx import done, page_or_fragment
from console.views import once
from customers.views.finding import find_live
from organizations import clock
from subscriptions.forms import NewSubscriptionForm
from subscriptions.forms.starting import plans_of
from workflows.preview import preview
from workflows.start_subscription import start_subscription

PREVIEW = "preview"


@operator_view("subscriptions")
@once
def create(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Add a plan: the subscription starts, is billed and its usage counts; or show first what it will do."""
    customer = find_live(request, customer_id)
    plans = plans_of(request.organization)
    form = NewSubscriptionForm(request.POST or None, customer=customer, plans=plans)
    at = clock.now(request.organization)
    start = partial(start_subscription, customer, actor=request.actor)
    effects = None
    if PREVIEW in request.POST:
        effects = _effects(form, start, at)
    elif request.method == "POST":
        made = submit(form, lambda data: start(asked=form.asked(), at=at))
        if made:
            message = _("%(plan)s is added to %(name)s.")
            words = {"plan": made.plan.name, "name": customer}
            return done(request, message % words, to=f"/customers/{customer.pk}/")
    context = {
        "form": form,
        "customer": customer,
        "effects": effects,
        "has_plans": bool(plans),
        "crumbs": [
            (_("Customers"), "/customers/"),
            (str(customer), f"/customers/{customer.pk}/"),
            (_("Add a plan"), ""),
        ],
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "subscriptions/create.html", context, status=status)


def _effects(form: NewSubscriptionForm, start: partial, at: object) -> list | None:
    """Return what adding the plan would do; None when it would be refused."""
    if not form.is_valid():
        return None
    try:
        return written(preview(partial(start, asked=form.asked()), at=at).effects)
    except DomainError as error:
        attach(form, error)
        return None
