"""A customer's page: head, health strip, actions, and one tab at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.htmx import page_or_fragment
from customers.models import Customer
from customers.reads import health, journal, tabs
from customers.reads.upcoming import upcoming
from customers.views.actions import actions_of
from customers.views.finding import find
from organizations import clock
from subscriptions.models import Subscription

Read = Callable[[OperatorRequest, Customer], dict[str, Any]]
TABS: dict[str, tuple[Any, Read]] = {
    "overview": (gettext_lazy("Overview"), tabs.overview),
    "usage": (gettext_lazy("Usage"), tabs.usage),
    "invoices": (gettext_lazy("Invoices"), tabs.invoices),
    "payments": (gettext_lazy("Payments"), tabs.payments),
    "credit_notes": (gettext_lazy("Credit notes"), tabs.credit_notes),
    "wallets": (gettext_lazy("Wallets"), tabs.wallets),
    "coupons": (gettext_lazy("Coupons"), tabs.coupons),
    "timeline": (gettext_lazy("Timeline"), tabs.timeline),
    "settings": (gettext_lazy("Settings"), tabs.settings),
}


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a customer: what is being used if anything runs, what remains of a deleted one, else all at a glance."""
    customer = find(request, pk)
    if customer.is_deleted:
        return render(request, "customers/detail.html", _page(request, customer, "overview"))
    runs = Subscription.objects.active().filter(customer=customer).exists()
    return _shown(request, customer, "usage" if runs else "overview")


@operator_view()
def tab(request: OperatorRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """Show one tab of a customer; the timeline is a file as well."""
    customer = find(request, pk)
    if name == "timeline":
        listing = journal.timeline_list(request, customer)
        if listing.wants_export:
            lines = (journal.line(row) for row in listing.matching.iterator())
            return csv_answer("timeline", journal.HEAD, lines)
    return _shown(request, customer, name)


@operator_view()
def upcoming_invoice(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the next invoice from what has been used so far; fetched after the page, since it takes a billing run."""
    customer = find(request, pk)
    at = clock.now(customer.organization)
    context = {
        "customer": customer,
        "upcoming": upcoming(customer, actor=request.actor, at=at),
        "crumbs": [
            (_("Customers"), "/customers/"),
            (str(customer), reverse("customers:overview", args=[customer.pk])),
            (_("Upcoming invoice"), ""),
        ],
    }
    return page_or_fragment(request, "customers/upcoming.html", context)


def _shown(request: OperatorRequest, customer: Customer, name: str) -> HttpResponse:
    context = _page(request, customer, name)
    return page_or_fragment(request, "customers/detail.html", context, fragment=context["fragment"])


def _page(request: OperatorRequest, customer: Customer, name: str) -> dict[str, Any]:
    label, read = TABS[name]
    shown = {"fragment": f"customers/_{name}.html"} | read(request, customer)
    crumbs = [(_("Customers"), "/customers/"), (str(customer), "")]
    figures = health.health(customer)
    return {
        "customer": customer,
        "tab_label": label,
        "part": f"customers/_{name}.html",
        "crumbs": crumbs,
        "tabs": _tabs(customer, name),
        "kpis": figures,
        "badges": health.standings(customer, figures),
        "missing": health.missing(customer),
        "actions": actions_of(request, customer),
        "receipt": tabs.receipt(customer) if customer.is_deleted else None,
        **shown,
    }


def _tabs(customer: Customer, current: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": reverse(f"customers:{name}", args=[customer.pk]),
            "is_current": name == current,
        }
        for name, (label, _read) in TABS.items()
    ]
