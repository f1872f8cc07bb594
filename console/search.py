"""Search over everything, and places to go to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalog.models import AddOn, BillableMetric, Plan
from console.navigation import MENU
from coupons.models import Coupon
from customers.models import Customer
from invoices.models import CreditNote, Invoice
from organizations.models import Organization
from persistence.searching import contains
from subscriptions.models import Subscription


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    label: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True)
class Hits:
    """What one kind of thing has to offer."""

    title: str
    hits: list[Hit]


@dataclass(frozen=True)
class Kind:
    """How one kind of thing is found: by `columns`, or whole by its id."""

    title: str
    rows: Callable[[Organization], QuerySet[Any]]
    columns: tuple[str, ...]
    url: str
    icon: str
    label: Callable[[Any], str]
    detail: Callable[[Any], str]
    newest: tuple[str, ...] = ("-created_at", "-pk")
    """The order, of which the first ones are taken: one that an index knows."""

    def find(self, organization: Organization, term: str, most: int) -> list[Hit]:
        """Return at most `most` things of an organization that contain `term`; one query."""
        match = contains(" ".join(self.columns), term)
        identity = _uuid(term)
        if identity:
            match |= Q(pk=identity)
        return [
            Hit(self.label(row), f"{self.url}{row.pk}/", self.icon, self.detail(row))
            for row in self.rows(organization).filter(match).order_by(*self.newest)[:most]
        ]


def kinds() -> list[Kind]:
    """Return what can be found, most wanted first."""
    return [
        Kind(
            _("Customers"),
            lambda organization: Customer.objects.of(organization),
            ("name", "firstname", "lastname", "legal_name", "external_id", "email", "slug"),
            "/customers/",
            "users",
            str,
            lambda row: _("%s (deleted)") % row.external_id if row.deleted_at else row.external_id,
        ),
        Kind(
            _("Subscriptions"),
            lambda organization: Subscription.objects.of(organization).select_related("customer"),
            ("external_id", "name"),
            "/subscriptions/",
            "repeat",
            str,
            lambda row: str(row.customer),
            ("-subscription_at", "-pk"),
        ),
        Kind(
            _("Invoices"),
            lambda organization: Invoice.objects.of(organization).select_related("customer"),
            ("number",),
            "/invoices/",
            "file-text",
            lambda row: row.number or _("Draft"),
            lambda row: str(row.customer),
            ("-issuing_date", "-created_at", "-pk"),
        ),
        Kind(
            _("Credit notes"),
            lambda organization: CreditNote.objects.of(organization).select_related("customer"),
            ("number",),
            "/credit-notes/",
            "receipt-text",
            lambda row: row.number,
            lambda row: str(row.customer),
        ),
        *_catalog(),
    ]


def _catalog() -> list[Kind]:
    named = [
        (_("Plans"), Plan, "/plans/", "layers"),
        (_("Billable metrics"), BillableMetric, "/metrics/", "gauge"),
        (_("Add-ons"), AddOn, "/add-ons/", "package"),
        (_("Coupons"), Coupon, "/coupons/", "ticket-percent"),
    ]
    return [
        Kind(
            title,
            lambda organization, model=model: model.objects.of(organization).kept(),  # type: ignore[misc, attr-defined]
            ("name", "code"),
            url,
            icon,
            lambda row: row.name,
            lambda row: row.code,
        )
        for title, model, url, icon in named
    ]


def _uuid(term: str) -> UUID | None:
    try:
        return UUID(term)
    except ValueError:
        return None


def places(term: str) -> list[Hit]:
    """Return the entries of the side menu whose name contains `term`."""
    wanted = term.casefold()
    return [
        Hit(str(entry.label), entry.url, entry.icon, _("Go to"))
        for group in MENU
        for entry in group.entries
        if wanted in str(entry.label).casefold()
    ]


def search(organization: Organization, term: str, *, most: int = 6) -> list[Hits]:
    """Return what `term` finds in an organization, by kind; without a term the places to go to.

    One query for each kind; at most `most` things of each.
    """
    term = term.replace("\x00", "")
    found = []
    if term:
        found = [Hits(kind.title, kind.find(organization, term, most)) for kind in kinds()]
    found.append(Hits(_("Go to"), places(term)))
    return [one for one in found if one.hits]
