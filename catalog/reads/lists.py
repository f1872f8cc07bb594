"""The lists of metrics, plans, add-ons and taxes."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.models import AddOn, BillableMetric, Charge, Plan, Tax
from catalog.models.metric import Aggregation
from catalog.models.plan import Interval
from console.deleted import DELETION, kept_or_deleted
from console.listing import Column, Filter, Listing
from organizations.models import Organization
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription

Rows = QuerySet[Any]


def named(rows: Rows, term: str) -> Rows:
    """Narrow to what has `term` in its name or code."""
    return rows.filter(Q(name__icontains=term) | Q(code__icontains=term))


def counted(rows: Rows, owner: str) -> Any:
    """Return how many of `rows` belong to each row of the outer query through `owner`."""
    groups = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    number = groups.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def metric_list(request: HttpRequest, organization: Organization) -> Listing:
    """Return the list of metrics; two queries."""
    charges = Charge.objects.kept().filter(plan__deleted_at=None, plan__parent=None)
    return Listing(
        request,
        kept_or_deleted(request, BillableMetric.objects.of(organization)).annotate(
            charge_count=counted(charges, "billable_metric")
        ),
        name="metric-list",
        default="name",
        columns=[
            Column("name", _("Metric"), order=("name",)),
            Column("aggregation", _("Aggregation"), order=("aggregation_type",)),
            Column("property", _("Property"), order=("field_name",)),
            Column("charges", _("Charges"), order=("charge_count",), is_number=True),
            Column("created", _("Created"), order=("created_at",)),
        ],
        filters=[
            Filter("aggregation", _("Aggregation"), Aggregation.choices, _aggregation),
            DELETION,
        ],
        search=named,
        can_export=True,
    )


def _aggregation(rows: Rows, value: str) -> Rows:
    return rows.filter(aggregation_type=value)


def plan_list(request: HttpRequest, organization: Organization) -> Listing:
    """Return the list of plans; two queries."""
    running = Subscription.objects.filter(status=Status.ACTIVE)
    rows = kept_or_deleted(request, Plan.objects.of(organization)).filter(parent=None)
    return Listing(
        request,
        rows.annotate(
            charge_count=counted(Charge.objects.kept(), "plan"),
            own_count=counted(running, "plan"),
            override_count=counted(running, "plan__parent"),
        ),
        name="plan-list",
        default="name",
        columns=[
            Column("name", _("Plan"), order=("name",)),
            Column("price", _("Price"), order=("amount_cents",), is_number=True),
            Column("interval", _("Billed"), order=("interval",)),
            Column("charges", _("Charges"), order=("charge_count",), is_number=True),
            Column("running", _("Active subscriptions"), order=("own_count",), is_number=True),
            Column("created", _("Created"), order=("created_at",)),
        ],
        filters=[Filter("interval", _("Interval"), Interval.choices, _interval), DELETION],
        search=named,
        can_export=True,
    )


def _interval(rows: Rows, value: str) -> Rows:
    return rows.filter(interval=value)


def add_on_list(request: HttpRequest, organization: Organization) -> Listing:
    """Return the list of add-ons; two queries."""
    return Listing(
        request,
        kept_or_deleted(request, AddOn.objects.of(organization)),
        name="add-on-list",
        default="name",
        columns=[
            Column("name", _("Add-on"), order=("name",)),
            Column("description", _("Description")),
            Column("price", _("Price"), order=("amount_cents",), is_number=True),
            Column("created", _("Created"), order=("created_at",)),
        ],
        filters=[DELETION],
        search=named,
        can_export=True,
    )


APPLIES = [("all", _("Every invoice")), ("chosen", _("Where it is chosen"))]


def _applies(rows: Rows, value: str) -> Rows:
    return rows.filter(applied_to_organization=value == "all")


def tax_list(request: HttpRequest, organization: Organization) -> Listing:
    """Return the list of taxes; two queries."""
    return Listing(
        request,
        Tax.objects.of(organization).kept(),
        name="tax-list",
        default="name",
        columns=[
            Column("name", _("Tax"), order=("name",)),
            Column("rate", _("Rate"), order=("rate",), is_number=True),
            Column("applies", _("Applies to"), order=("applied_to_organization",)),
            Column("created", _("Created"), order=("created_at",)),
        ],
        filters=[Filter("applies", _("Applies to"), APPLIES, _applies)],
        search=named,
        can_export=True,
    )
