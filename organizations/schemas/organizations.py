"""The organization and its clock on the wire."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify
from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Instant, Integer, instant
from catalog.models import Tax
from catalog.schemas.taxes import TaxOut, taxes_out
from delivery.models import WebhookEndpoint
from organizations import clock
from organizations.models import Organization


class ClockIn(In):
    """The moment to which a sandbox's clock moves."""

    now: Instant


class ClockOut(TypedDict):
    """What time it is in a sandbox."""

    now: str | None


def clock_out(organization: Organization) -> ClockOut:
    """Tell the time of a sandbox."""
    return {"now": instant(clock.now(organization))}


class OrganizationBillingIn(In):
    """How invoices look and when they are final, unless a customer says otherwise."""

    invoice_footer: str | None = None
    invoice_grace_period: Integer | None = None
    document_locale: str | None = None


class OrganizationIn(In):
    """What may be changed of an organization; absent members stay, null clears."""

    default_currency: str | None = None
    country: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    state: str | None = None
    zipcode: str | None = None
    email: str | None = None
    legal_name: str | None = None
    legal_number: str | None = None
    tax_identification_number: str | None = None
    timezone: str | None = None
    net_payment_term: Integer | None = None
    document_numbering: str | None = None
    document_number_prefix: str | None = None
    finalize_zero_amount_invoice: bool | None = None
    email_settings: list[str] | None = None
    billing_configuration: OrganizationBillingIn | None = None

    def columns(self) -> dict[str, Any]:
        """Return what is given as columns of an organization."""
        given = self.given()
        return given | (given.pop("billing_configuration", None) or {})


class OrganizationBillingOut(TypedDict):
    """How invoices look and when they are final, unless a customer says otherwise."""

    invoice_footer: str | None
    invoice_grace_period: int
    document_locale: str


class OrganizationOut(TypedDict):
    """The organization that a key belongs to."""

    lago_id: str
    name: str
    slug: str
    default_currency: str
    created_at: str | None
    webhook_url: str | None
    webhook_urls: list[str]
    country: str | None
    address_line1: str | None
    address_line2: str | None
    state: str | None
    zipcode: str | None
    email: str | None
    city: str | None
    legal_name: str | None
    legal_number: str | None
    timezone: str
    net_payment_term: int
    email_settings: list[str]
    document_numbering: str
    document_number_prefix: str
    tax_identification_number: str | None
    finalize_zero_amount_invoice: bool
    billing_configuration: OrganizationBillingOut
    events_store: str
    taxes: list[TaxOut]


def organization_out(organization: Organization) -> OrganizationOut:
    """Show an organization (2 queries)."""
    endpoints = WebhookEndpoint.objects.of(organization).order_by("created_at", "pk")
    urls = list(endpoints.values_list("webhook_url", flat=True))
    return {
        "lago_id": str(organization.pk),
        "name": organization.name,
        "slug": slugify(organization.name),
        "default_currency": organization.default_currency,
        "created_at": instant(organization.created_at),
        "webhook_url": urls[0] if urls else None,
        "webhook_urls": urls,
        "country": organization.country,
        "address_line1": organization.address_line1,
        "address_line2": organization.address_line2,
        "state": organization.state,
        "zipcode": organization.zipcode,
        "email": organization.email,
        "city": organization.city,
        "legal_name": organization.legal_name,
        "legal_number": organization.legal_number,
        "timezone": organization.timezone,
        "net_payment_term": organization.net_payment_term,
        "email_settings": organization.email_settings,
        "document_numbering": organization.document_numbering,
        "document_number_prefix": organization.document_number_prefix,
        "tax_identification_number": organization.tax_identification_number,
        "finalize_zero_amount_invoice": organization.finalize_zero_amount_invoice,
        "billing_configuration": {
            "invoice_footer": organization.invoice_footer,
            "invoice_grace_period": organization.invoice_grace_period,
            "document_locale": organization.document_locale,
        },
        "events_store": "postgres",
        "taxes": taxes_out(
            Tax.objects.of(organization).kept().filter(applied_to_organization=True)
        ),
    }
