"""Lists of subscriptions."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Plan
from catalog.models.plan import Interval
from console import formats
from console.listing import Column, Filter, Listing
from customers.models import Customer
from organizations.models import Organization
from persistence.searching import contains, found_by
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription

TONES = {
    Status.ACTIVE: "ok",
    Status.PENDING: "info",
    Status.INCOMPLETE: "warn",
    Status.TERMINATED: "",
    Status.CANCELED: "outline",
}
INTERVALS = {
    "weekly": gettext_lazy("week"),
    "monthly": gettext_lazy("month"),
    "quarterly": gettext_lazy("quarter"),
    "semiannual": gettext_lazy("half-year"),
    "yearly": gettext_lazy("year"),
}
OWNERS = [
    ("kept", gettext_lazy("Customers")),
    ("deleted", gettext_lazy("Deleted customers")),
]
EXPORTED = (
    "external_id name status customer plan_code interval amount_cents currency billing_time"
    " subscription_at started_at ending_at terminated_at"
).split()


def subscription_list(
    request: HttpRequest, organization: Organization, *, customer: Customer | None = None
) -> Listing:
    """Return the subscriptions that the address asks for, of all customers or of one; 2 queries."""
    rows = Subscription.objects.of(organization).select_related(
        "plan__parent", "customer__organization"
    )
    if customer is not None:
        rows = rows.filter(customer=customer)
    columns = [
        Column("name", _("Subscription"), order=("name", "external_id")),
        Column("customer", _("Customer"), order=("customer__name", "customer__external_id")),
        Column("plan", _("Plan"), order=("plan__name",)),
        Column("price", _("Price"), order=("plan__amount_cents",), is_number=True),
        Column("status", _("Status"), order=("status",)),
        Column("started", _("Start"), order=("subscription_at",)),
        Column("ended", _("End"), order=("terminated_at", "ending_at")),
    ]
    return Listing(
        request,
        rows,
        name="subscription-list",
        default="-started",
        columns=[one for one in columns if customer is None or one.key != "customer"],
        search=found,
        filters=[
            Filter("status", _("Status"), Status.choices, _of("status")),
            Filter("interval", _("Interval"), Interval.choices, _of("plan__interval")),
            *([] if customer else [Filter("customer", _("Customer"), OWNERS, _of_owner)]),
        ],
        can_export=customer is None,
    )


def _of_owner(rows: QuerySet[Subscription], value: str) -> QuerySet[Subscription]:
    return rows.filter(customer__deleted_at__isnull=value == "kept")


def _of(column: str) -> Any:
    return lambda rows, value: rows.filter(**{column: value})


def found(rows: QuerySet[Subscription], term: str) -> QuerySet[Subscription]:
    """Return those of which any id or name contains `term`."""
    own = contains("external_id name", term)
    with suppress(ValueError):
        own |= Q(pk=UUID(term))
    customers = Customer.objects.matching(term).values("pk")
    plans = Plan.objects.filter(contains("name code", term)).values("pk")
    return found_by(rows, term, own, Q(customer__in=customers), Q(plan__in=plans))


def lines(rows: Iterable[Subscription]) -> list[dict[str, Any]]:
    """Return subscriptions as a table shows them; no query."""
    return [
        {
            "row": row,
            "name": row.name or row.plan.name,
            "status": row.get_status_display(),
            "tone": TONES.get(row.status, ""),
            "amount": formats.money(row.plan.amount_cents, row.plan.amount_currency),
            "interval": f"/ {INTERVALS[row.plan.interval]}",
            "is_overridden": row.plan.parent_id is not None,
            "zone": row.customer.zone,
            "ended_at": row.terminated_at or row.canceled_at or row.ending_at,
        }
        for row in rows
    ]


def price(row: Subscription) -> str:
    """Write what a subscription costs: ``$5,000.00 / month``."""
    amount = formats.money(row.plan.amount_cents, row.plan.amount_currency)
    return f"{amount} / {INTERVALS[row.plan.interval]}"


def exported(listing: Listing) -> Iterable[list[Any]]:
    """Return a line of the file for each subscription that matches."""
    for row in listing.matching.iterator():
        plan = row.plan
        yield [
            row.external_id, row.name, row.status, row.customer.external_id, plan.code, plan.interval,
            plan.amount_cents, plan.amount_currency, row.billing_time, row.subscription_at,
            row.started_at, row.ending_at, row.terminated_at,
        ]  # fmt: skip
