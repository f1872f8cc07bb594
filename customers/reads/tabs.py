"""What each tab of a customer shows: one function a tab."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from console.access import OperatorRequest
from coupons.reads import coupons_of
from customers.forms import choices
from customers.models import Customer
from customers.reads import journal
from customers.reads.health import Item
from customers.reads.settings import settings_of
from invoices.reads import wording
from invoices.reads.lists import invoice_list, note_list
from organizations import clock
from payments.reads import pages
from subscriptions.models import Subscription
from subscriptions.reads import tables
from subscriptions.reads.panels import grand_totals, usage_panels
from wallets.reads import has_room, wallets_of

Context = dict[str, Any]
MOST_PANELS = 20


def overview(request: OperatorRequest, customer: Customer) -> Context:
    """Subscriptions, facts, and the last things that happened; 4 queries."""
    listing = tables.subscription_list(request, customer.organization, customer=customer)
    return {
        "listing": listing,
        "subscriptions": tables.lines(listing.rows),
        "facts": facts(customer),
        "entries": journal.latest(customer, 5),
        "fragment": "subscriptions/_list.html",
        "may_add": request.membership.may("subscriptions") and not customer.is_deleted,
    }


def usage(request: OperatorRequest, customer: Customer) -> Context:
    """What every active subscription has used, open, with a grand total."""
    rows = (
        Subscription.objects.active()
        .filter(customer=customer)
        .select_related("plan", "customer__organization")
        .order_by("started_at", "pk")
    )
    shown = list(rows[: MOST_PANELS + 1])
    at = clock.now(customer.organization)
    panels = usage_panels(shown[:MOST_PANELS], at=at)
    return {
        "panels": panels,
        "totals": grand_totals(panels),
        "has_more": len(shown) > MOST_PANELS,
        "may_add": request.membership.may("subscriptions") and not customer.is_deleted,
    }


def coupons(request: OperatorRequest, customer: Customer) -> Context:
    """The customer's coupons."""
    return {"applications": coupons_of(customer)}


def timeline(request: OperatorRequest, customer: Customer) -> Context:
    """Everything that happened to the customer and to what belongs to it."""
    return journal.timeline(request, customer) | {"fragment": "customers/_timeline_list.html"}


def settings(request: OperatorRequest, customer: Customer) -> Context:
    """What the customer has of its own, and what it inherits; 5 queries."""
    return {"settings": settings_of(customer), "facts": facts(customer)}


def receipt(customer: Customer) -> Context:
    """What the deletion did."""
    return journal.receipt(customer)


def facts(customer: Customer) -> list[Item]:
    """Return who the customer is, blanks too; 1 query for the metadata."""
    names = dict(choices.countries())
    billing = _address(customer, "", names)
    shipping = _address(customer, "shipping_", names)
    person = " ".join(one for one in (customer.firstname, customer.lastname) if one)
    rows = [
        (_("Name"), customer.name),
        (_("Person"), person),
        (_("Legal name"), customer.legal_name),
        (_("Legal number"), customer.legal_number),
        (_("Tax ID"), customer.tax_identification_number),
        (_("E-mail"), customer.email),
        (_("Phone"), customer.phone),
        (_("URL"), customer.url),
        (_("Billing address"), billing),
        (_("Shipping address"), _("Same as billing") if billing and billing == shipping else shipping),
        *((row.key, row.value) for row in customer.metadata.order_by("created_at", "pk")),
    ]  # fmt: skip
    return [{"label": label, "value": value} for label, value in rows]


def _address(customer: Customer, prefix: str, countries: dict[str, str]) -> str:
    own = {
        name: getattr(customer, prefix + name)
        for name in ("address_line1", "address_line2", "zipcode", "city", "state", "country")
    }
    place = " ".join(part for part in (own["zipcode"], own["city"]) if part)
    parts = [
        own["address_line1"],
        own["address_line2"],
        place,
        own["state"],
        countries.get(own["country"] or "", own["country"]),
    ]
    return ", ".join(part for part in parts if part)


def invoices(request: OperatorRequest, customer: Customer) -> Context:
    """The customer's invoices; 2 queries."""
    listing = invoice_list(request, customer.organization, customer=customer)
    return {
        "listing": listing,
        "invoices": [(row, wording.status(row), wording.payment(row)) for row in listing.rows],
        "fragment": "invoices/_list.html",
    }


def credit_notes(request: OperatorRequest, customer: Customer) -> Context:
    """The customer's credit notes; 2 queries."""
    listing = note_list(request, customer.organization, customer=customer)
    return {
        "listing": listing,
        "notes": [(row, wording.note_standings(row)) for row in listing.rows],
        "fragment": "credit_notes/_list.html",
    }


def wallets(request: OperatorRequest, customer: Customer) -> Context:
    """The customer's wallets; 1 query."""
    found = wallets_of(customer)
    return {"wallets": found, "has_room": has_room(found)}


def payments(request: OperatorRequest, customer: Customer) -> Context:
    """The customer's payments, requests and means of payment; 6 queries."""
    return {
        "payments": pages.payments_of(customer),
        "requests": pages.requests_of(customer),
        "methods": pages.methods_of(customer),
        "tie": getattr(customer, "customer_provider", None),
        "has_overdue": pages.overdue_of(customer).exists(),
    }
