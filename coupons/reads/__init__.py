"""What the pages of coupons show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from activity.models import JournalEntry
from catalog.models import BillableMetric, Plan
from console import vocabulary
from console.deleted import DELETED, kept_or_deleted
from console.listing import Column, Filter, Listing
from coupons.models import AppliedCoupon, Coupon, CouponType, Status
from coupons.reads import wording
from customers.models import Customer
from organizations.models import Organization

GIVEN_BACK = ("voided", "closed", "deleted")
"""What a coupon took off invoices in these states is left on it again."""


@dataclass(frozen=True)
class Application:
    """An applied coupon as a table shows it."""

    row: AppliedCoupon
    terms: str
    remaining: str
    taken_cents: int


def coupon_list(request: HttpRequest, organization: Organization) -> Listing:
    """Return the list of coupons; two queries."""
    rows = kept_or_deleted(request, Coupon.objects.of(organization)).annotate(
        active=Count("applied_coupons", Q(applied_coupons__status=Status.ACTIVE)),
        total=Count("applied_coupons"),
    )
    return Listing(
        request,
        rows,
        name="coupon-list",
        default="-created",
        columns=[
            Column("name", _("Coupon"), order=("name",)),
            Column("terms", _("Reduction")),
            Column("active", _("Customers"), order=("active",), is_number=True),
            Column("expires", _("Expires"), order=("expiration_at",)),
            Column("status", _("Status")),
            Column("created", _("Created"), order=("created_at",)),
        ],
        filters=[
            Filter(
                "status",
                _("Status"),
                [("active", _("Active")), ("terminated", _("Terminated")), (DELETED, _("Deleted"))],
                _in_state,
            ),
            Filter("type", _("Type"), CouponType.choices, _of_type),
        ],
        search=lambda rows, term: rows.filter(Q(name__icontains=term) | Q(code__icontains=term)),
        can_export=True,
    )


def _in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == DELETED:
        return rows  # They are all that the list has, then.
    return rows.filter(terminated_at__isnull=value == "active")


def _of_type(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(coupon_type=value)


def find(organization: Organization, pk: uuid.UUID) -> Coupon | None:
    """Return a coupon of the organization that is not deleted, with its limits; three queries."""
    rows = Coupon.objects.of(organization).kept()
    return rows.prefetch_related("plans", "billable_metrics").filter(pk=pk).first()


def targets(coupon: Coupon) -> list[tuple[str, str]]:
    """Return the plans and metrics to which a coupon is limited, each with its address; no query."""
    plans = [(plan.name, f"/plans/{plan.pk}/") for plan in coupon.plans.all()]
    metrics = [(metric.name, f"/metrics/{metric.pk}/") for metric in coupon.billable_metrics.all()]
    return sorted(plans + metrics)


def application_list(request: HttpRequest, coupon: Coupon) -> Listing:
    """Return the list of a coupon's applications; two queries."""
    return Listing(
        request,
        _with_taken(AppliedCoupon.objects.filter(coupon=coupon)),
        name="application-list",
        default="-applied",
        columns=[
            Column("customer", _("Customer"), order=("customer__name",)),
            Column("terms", _("Reduction")),
            Column("taken", _("Used so far"), order=("taken_cents",), is_number=True),
            Column("status", _("Status"), order=("status",)),
            Column("applied", _("Applied"), order=("created_at",)),
        ],
        filters=[Filter("status", _("Status"), Status.choices, _of_status)],
    )


def _of_status(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(status=value)


def applications(rows: Any) -> list[Application]:
    """Return applied coupons, read with what they have taken, as a table shows them."""
    return [
        Application(
            row,
            wording.terms(row),
            wording.remaining(row, row.taken_cents) if row.status == Status.ACTIVE else "",
            row.taken_cents,
        )
        for row in rows
    ]


def coupons_of(customer: Customer) -> list[Application]:
    """Return a customer's applied coupons, those that work first; one query."""
    rows = _with_taken(AppliedCoupon.objects.filter(customer=customer))
    return applications(rows.order_by("status", "-created_at", "-pk"))


def _with_taken(rows: QuerySet[AppliedCoupon]) -> QuerySet[AppliedCoupon]:
    counted = ~Q(credits__invoice__status__in=GIVEN_BACK)
    return rows.select_related("coupon", "customer").annotate(
        taken_cents=Coalesce(Sum("credits__amount_cents", filter=counted), 0)
    )


def history(coupon: Coupon) -> list[dict[str, Any]]:
    """Return the last things that were done to a coupon, newest first, as a timeline; one query."""
    rows = JournalEntry.objects.of(coupon.organization).filter(object_id=coupon.pk)
    return [
        {
            "title": vocabulary.beginning(vocabulary.deed(row.action)),
            "at": row.at,
            "actor": row.actor_label,
        }
        for row in rows.order_by("-pk")[:10]
    ]


def offered(organization: Organization) -> list[Coupon]:
    """Return the coupons that may be applied, by name, with their limits; three queries."""
    rows = Coupon.objects.of(organization).offered()
    return list(rows.prefetch_related("plans", "billable_metrics").order_by("name", "pk"))


def plan_choices(organization: Organization) -> list[tuple[str, str]]:
    """Return the plans that a coupon may be limited to."""
    plans = Plan.objects.of(organization).offered().order_by("name", "pk")
    return [(plan.code, f"{plan.name} ({plan.code})") for plan in plans]


def metric_choices(organization: Organization) -> list[tuple[str, str]]:
    """Return the metrics that a coupon may be limited to."""
    metrics = BillableMetric.objects.of(organization).kept().order_by("name", "pk")
    return [(metric.code, f"{metric.name} ({metric.code})") for metric in metrics]
