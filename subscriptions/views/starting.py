"""Assign a plan to a customer, with terms of its own if need be: what it will do, and doing exactly that."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from activity.actors import Actor
from catalog.models import Plan
from catalog.operations.overrides import override_plan
from console.access import OperatorRequest, operator_view
from console.forms import attach
from console.htmx import done, page_or_fragment
from console.plans import Answer, answered
from console.views import SHOW, once
from customers.models import Customer
from customers.views.finding import find_live
from subscriptions.forms import NewSubscriptionForm, TermsForm
from subscriptions.forms.starting import plans_of
from subscriptions.models import Subscription
from subscriptions.reads.terms import plan_terms
from workflows.preview import Workflow
from workflows.start_subscription import start_subscription

TERMS = "terms"
"""Sent, without JavaScript, to see the terms of the plan that was chosen."""


@operator_view("subscriptions")
@once
def create(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Add a plan: choose it and its terms, look at what that does, and do exactly that."""
    customer = find_live(request, customer_id)
    form = _form(request, customer, plans_of(request.organization))
    terms = _terms(form)
    answer = Answer()
    if form.is_valid() and terms is not None and terms.is_valid():
        work = _start(customer, form, terms, request.actor)
        answer = answered(request, work, is_sent=SHOW not in request.POST)
    if answer.result is not None:
        words = {"plan": answer.result.plan.name, "name": customer}
        message = _("%(plan)s is added to %(name)s.") % words
        return done(request, message, to=f"/customers/{customer.pk}/")
    if answer.refusal is not None:
        attach(form, answer.refusal)
    is_wrong = bool(form.errors or (terms and terms.errors))
    return page_or_fragment(
        request,
        "subscriptions/create.html",
        _context(request, customer, form, terms) | {"answer": answer.context},
        fragments={"terms": "subscriptions/_terms.html"},
        status=422 if is_wrong else answer.status,
    )


def _form(request: OperatorRequest, customer: Customer, plans: list[Plan]) -> NewSubscriptionForm:
    """Return the form as it was sent; filled in but not judged when only terms are asked for."""
    data = None if TERMS in request.POST else request.POST or None
    typed = request.POST if TERMS in request.POST else request.GET
    return NewSubscriptionForm(data, customer=customer, plans=plans, initial=typed.dict())


def _terms(form: NewSubscriptionForm) -> TermsForm | None:
    """Return the form of the chosen plan's terms; nothing before a plan is chosen."""
    plan = form.plans.get(form["new_plan"].value() or "")
    return TermsForm(form.data or None, terms=plan_terms(plan)) if plan else None


def _start(
    customer: Customer, form: NewSubscriptionForm, terms: TermsForm, actor: Actor
) -> Workflow[Subscription]:
    """Return the start of the subscription, waiting for its moment."""
    overrides = terms.overrides()

    def start(*, at: datetime) -> Subscription:
        asked = form.asked(
            (lambda plan: override_plan(plan, overrides, actor=actor, at=at)) if overrides else None
        )
        return start_subscription(customer, asked=asked, actor=actor, at=at)

    return start


def _context(
    request: OperatorRequest,
    customer: Customer,
    form: NewSubscriptionForm,
    terms: TermsForm | None,
) -> dict[str, Any]:
    url = f"/customers/{customer.pk}/"
    return {
        "form": form,
        "terms": terms,
        "is_overriding": TERMS in request.POST or bool(terms and terms.has_changed()),
        "customer": customer,
        "has_plans": bool(form.plans),
        "crumbs": [
            (_("Customers"), "/customers/"),
            (str(customer), url),
            (_("Add a plan"), ""),
        ],
    }
