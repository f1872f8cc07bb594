"""The first steps of an organization, up to its first invoice: done or not, by what is there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import BillableMetric, Charge, Plan
from catalog.models.metric import Aggregation
from customers.models import Customer
from invoices.models import Invoice
from organizations.models import Organization
from subscriptions.models import Subscription
from usage.identity import source_of
from usage.models import UsageEvent

LOOKED_AT = 20
"""Subscriptions, the newest first, in which a first event is looked for."""


@dataclass(frozen=True)
class Step:
    """One of the five steps, and where it is done."""

    title: str
    text: str
    is_done: bool
    permission: str
    url: str
    action: str


@dataclass(frozen=True)
class FirstSteps:
    """How far an organization has come."""

    steps: list[Step]
    examples: list[tuple[str, str]]
    """What to send, as commands with their titles; none before a plan is added."""
    is_over: bool
    """Whether nobody needs the guide any more: everything is done, or an invoice is final."""

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def next(self) -> Step | None:
        """The first that is not done."""
        return next((step for step in self.steps if not step.is_done), None)


def first_steps(organization: Organization) -> FirstSteps:
    """Return how far an organization has come; three queries at most, however much it has."""
    return _guide(organization, has_invoice(organization))


def steps_to_show(organization: Organization) -> FirstSteps | None:
    """Return the first steps while somebody needs them; one query once an invoice is final."""
    if has_invoice(organization):
        return None
    guide = _guide(organization, False)
    return None if guide.is_over else guide


def _guide(organization: Organization, is_invoiced: bool) -> FirstSteps:
    found = _found(organization)
    has_events = _has_events(organization, found["running"])
    steps = _steps(found, has_events)
    is_over = is_invoiced or all(step.is_done for step in steps)
    return FirstSteps(steps, _examples(found), is_over)


def has_invoice(organization: Organization) -> bool:
    """Say whether an invoice is final."""
    return Invoice.objects.of(organization).finalized().exists()


def _found(organization: Organization) -> dict[str, Any]:
    own = OuterRef("pk")
    metrics = BillableMetric.objects.kept().filter(organization=own).order_by("-pk")
    charges = Charge.objects.kept().filter(organization=own, plan__deleted_at=None)
    plans = Plan.objects.kept().filter(organization=own)
    customers = Customer.objects.kept().filter(organization=own).order_by("-pk")
    running = Subscription.objects.active().filter(organization=own).order_by("-pk")
    charged = charges.filter(plan__subscriptions__in=running.values("pk")[:1])
    rows = Organization.objects.filter(pk=organization.pk).annotate(
        has_charge=Exists(charges),
        plan=Subquery(plans.order_by("-pk").values("pk")[:1]),
        customer=Subquery(customers.values("pk")[:1]),
        running=ArraySubquery(running.values("external_id")[:LOOKED_AT]),
        **_of_metric("newest", metrics),
        **_of_metric("charged", BillableMetric.objects.filter(charges__in=charged.values("pk"))),
        used_by=Subquery(running.values("customer_id")[:1]),
    )
    return dict(rows.values().get())


def _of_metric(name: str, metrics: QuerySet[BillableMetric]) -> dict[str, Any]:
    columns = ("code", "field_name", "aggregation_type")
    return {f"{name}_{column}": Subquery(metrics.values(column)[:1]) for column in columns}


def _has_events(organization: Organization, subscriptions: list[str]) -> bool:
    """Say whether one of the newest subscriptions has been used; one query, none without any."""
    if not subscriptions:
        return False
    sources = [source_of(organization.pk, external_id) for external_id in subscriptions]
    return UsageEvent.objects.of(organization).filter(source__in=sources).exists()


def _steps(found: dict[str, Any], has_events: bool) -> list[Step]:
    plan, customer, user = found["plan"], found["customer"], found["used_by"]
    charge_url = reverse("catalog:create_charge", args=[plan]) if plan else ""
    adding = reverse("subscriptions:create", args=[customer]) if customer else ""
    usage = reverse("customers:usage", args=[user]) if user else ""
    return [
        Step(
            _("Define what you measure"),
            _("A billable metric says which events count, and how: requests, seats, gigabytes."),
            found["newest_code"] is not None,
            "catalog",
            reverse("catalog:create_metric"),
            _("Create a metric"),
        ),
        Step(
            _("Price it in a plan"),
            _("A plan has a fee each period, and a charge for each metric."),
            found["has_charge"],
            "catalog",
            charge_url or reverse("catalog:create_plan"),
            _("Add a charge to the plan") if plan else _("Create a plan"),
        ),
        Step(
            _("Enter a customer"),
            _("With the ID that your backend knows it by."),
            customer is not None,
            "customers",
            reverse("customers:create"),
            _("Enter a customer"),
        ),
        Step(
            _("Put the customer on the plan"),
            _("From that day usage is counted and periods are billed."),
            bool(found["running"]),
            "subscriptions",
            adding,
            _("Add the plan"),
        ),
        Step(
            _("Send an event, and see the usage"),
            _("Your backend reports what customers use. The Usage tab shows it at once; the invoice follows when the period ends."),
            has_events,
            "read",
            usage,
            _("Open the usage"),
        ),
    ]  # fmt: skip


def _examples(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the commands that send an event to the newest subscription and read what it comes to."""
    subscriptions, part = found["running"], "charged" if found["charged_code"] else "newest"
    code = found[f"{part}_code"]
    if not subscriptions or code is None:
        return []
    field, aggregation = found[f"{part}_field_name"], found[f"{part}_aggregation_type"]
    value: Any = "user-1" if aggregation == Aggregation.UNIQUE_COUNT else 12
    event = {
        "transaction_id": "first-event-1",
        "external_subscription_id": subscriptions[0],
        "code": code,
        "properties": {field: value} if field else {},
    }
    body = json.dumps({"event": event}, ensure_ascii=False, indent=2).replace("'", "'\\''")
    head = '  -H "Authorization: Bearer $API_KEY"'
    address = f"{settings.PUBLIC_URL}/api/v1"
    sent = f"curl {address}/events \\\n{head} \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'"
    return [(_("Send an event"), sent)]
