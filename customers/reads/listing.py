"""The list of customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.utils.translation import gettext as _

from console.listing import Column, Filter, Listing
from customers.forms import choices
from customers.models import NAMES, NUMBERS, Customer
from invoices.models import Invoice
from organizations.models import Organization
from payments.models import CustomerProvider
from persistence.searching import contains, found_by
from subscriptions.models import Subscription

EXPORTED = (
    "external_id name legal_name email currency timezone country tax_identification_number"
    " active_subscriptions due_cents overdue_cents created_at deleted_at"
).split()
DUE = F("total_amount_cents") - F("total_paid_amount_cents") - F("offset_amount_cents")


def customer_list(request: HttpRequest, organization: Organization) -> Listing:
    """Return the customers that the address asks for; deleted ones only when it names them."""
    rows = Customer.objects.of(organization)
    wants_deleted = request.GET.get("status") == "deleted"
    rows = rows.deleted() if wants_deleted else rows.kept()
    return Listing(
        request,
        with_figures(rows.select_related("organization")),
        name="customer-list",
        default="-created",
        search=found,
        can_export=True,
        columns=[
            Column("name", _("Customer"), order=("shown", "external_id")),
            Column("status", _("Status")),
            Column(
                "subscriptions", _("Subscriptions"), order=("active_subscriptions",), is_number=True
            ),
            Column("due", _("Due"), order=("due_cents",), is_number=True),
            Column("email", _("E-mail"), order=("email",)),
            Column("created", _("Created"), order=("created_at",)),
            Column("menu", _("Actions"), is_hidden=True),
        ],
        filters=[
            Filter("status", _("Status"), _statuses(), _of_status),
            Filter("currency", _("Currency"), choices.currencies(), _of("currency")),
            Filter("country", _("Country"), choices.countries(), _of("country")),
        ],
    )


def _statuses() -> list[tuple[str, str]]:
    return [
        ("active", _("Active")),
        ("idle", _("No subscription")),
        ("overdue", _("Overdue")),
        ("deleted", _("Deleted")),
    ]


def _of_status(rows: QuerySet[Customer], value: str) -> QuerySet[Customer]:
    active = Exists(Subscription.objects.active().filter(customer=OuterRef("pk")))
    if value == "active":
        return rows.filter(active)
    if value == "idle":
        return rows.filter(~active)
    if value == "overdue":
        unpaid = Invoice.objects.finalized().filter(payment_overdue=True)
        return rows.filter(Exists(unpaid.filter(customer=OuterRef("pk"))))
    return rows


def _of(column: str) -> Any:
    return lambda rows, value: rows.filter(**{column: value})


def found(rows: QuerySet[Customer], term: str) -> QuerySet[Customer]:
    """Return those of which any id, name or address contains `term`."""
    own = contains(f"{NAMES} {NUMBERS}", term)
    with suppress(ValueError):
        own |= Q(pk=UUID(term))
    contracts = Subscription.objects.filter(contains("external_id", term))
    accounts = CustomerProvider.objects.filter(contains("provider_customer_id", term))
    others = (Q(pk__in=one.values("customer")) for one in (contracts, accounts))
    return found_by(rows, term, own, *others)


def with_figures(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Add what the list shows of each: the name, active subscriptions, what is due and overdue."""
    active = Subscription.objects.active().filter(customer=OuterRef("pk")).order_by()
    final = Invoice.objects.finalized().filter(customer=OuterRef("pk")).order_by()
    return rows.annotate(
        shown=Coalesce(
            NullIf("name", Value("")),
            NullIf("firstname", Value("")),
            NullIf("lastname", Value("")),
            NullIf("legal_name", Value("")),
            "external_id",
        ),
        active_subscriptions=Coalesce(
            Subquery(active.values("customer").annotate(n=Count("pk")).values("n"), IntegerField()),
            0,
        ),
        due_cents=Coalesce(_sum(final), 0),
        overdue_cents=Coalesce(_sum(final.filter(payment_overdue=True)), 0),
    )


def _sum(invoices: QuerySet[Invoice]) -> Subquery:
    return Subquery(
        invoices.values("customer").annotate(cents=Sum(DUE)).values("cents"), BigIntegerField()
    )


def exported(listing: Listing) -> Iterator[list[Any]]:
    """Return a line of the file for each customer that matches."""
    for row in listing.matching.iterator():
        yield [getattr(row, name) for name in EXPORTED]
