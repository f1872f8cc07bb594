"""The one billing entity of an organization on the wire: the organization as the seller on invoices."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict

from api.values import instant
from catalog.models import Tax
from catalog.schemas.taxes import TaxOut, taxes_out
from organizations.models import Organization
from organizations.models.organization import DEFAULT_ENTITY
from organizations.schemas.organizations import OrganizationBillingIn, OrganizationIn

RENAMED = {
    "subscription_invoice_issuing_date_anchor": "issuing_date_anchor",
    "subscription_invoice_issuing_date_adjustment": "issuing_date_adjustment",
}
NUMBERING = {"per_organization": "per_billing_entity"}


class EntityBillingIn(OrganizationBillingIn):
    """How invoices look, which day they bear, and when they are final."""

    subscription_invoice_issuing_date_anchor: str | None = None
    subscription_invoice_issuing_date_adjustment: str | None = None


class BillingEntityIn(OrganizationIn):
    """What may be changed of a billing entity; absent members stay, null clears."""

    name: str | None = None
    billing_configuration: EntityBillingIn | None = None

    def columns(self) -> dict[str, Any]:
        """Return what is given as columns of an organization."""
        return {RENAMED.get(name, name): value for name, value in super().columns().items()}


class BillingEntityOut(TypedDict):
    """A billing entity; its country only where it has one, its taxes on its own endpoint."""

    lago_id: str
    code: str
    name: str
    address_line1: str | None
    address_line2: str | None
    city: str | None
    country: NotRequired[str]
    state: str | None
    zipcode: str | None
    email: str | None
    default_currency: str
    document_locale: str
    document_number_prefix: str
    document_numbering: str
    email_settings: list[str]
    eu_tax_management: bool
    finalize_zero_amount_invoice: bool
    invoice_footer: str | None
    invoice_grace_period: int
    is_default: bool
    legal_name: str | None
    legal_number: str | None
    logo_url: str | None
    net_payment_term: int
    subscription_invoice_issuing_date_anchor: str
    subscription_invoice_issuing_date_adjustment: str
    tax_identification_number: str | None
    timezone: str
    created_at: str | None
    updated_at: str | None
    taxes: NotRequired[list[TaxOut]]
    selected_invoice_custom_sections: NotRequired[list[Any]]


def billing_entity_out(organization: Organization, *, has_taxes: bool = False) -> BillingEntityOut:
    """Show the billing entity of an organization, with its taxes (a query) when asked on its own."""
    shown: BillingEntityOut = {
        "lago_id": str(organization.pk),
        "code": DEFAULT_ENTITY,
        "name": organization.name,
        "address_line1": organization.address_line1,
        "address_line2": organization.address_line2,
        "city": organization.city,
        "state": organization.state,
        "zipcode": organization.zipcode,
        "email": organization.email,
        "default_currency": organization.default_currency,
        "document_locale": organization.document_locale,
        "document_number_prefix": organization.document_number_prefix,
        "document_numbering": NUMBERING.get(
            organization.document_numbering, organization.document_numbering
        ),
        "email_settings": organization.email_settings,
        "eu_tax_management": False,
        "finalize_zero_amount_invoice": organization.finalize_zero_amount_invoice,
        "invoice_footer": organization.invoice_footer,
        "invoice_grace_period": organization.invoice_grace_period,
        "is_default": True,
        "legal_name": organization.legal_name,
        "legal_number": organization.legal_number,
        "logo_url": None,
        "net_payment_term": organization.net_payment_term,
        "subscription_invoice_issuing_date_anchor": organization.issuing_date_anchor,
        "subscription_invoice_issuing_date_adjustment": organization.issuing_date_adjustment,
        "tax_identification_number": organization.tax_identification_number,
        "timezone": organization.timezone,
        "created_at": instant(organization.created_at),
        "updated_at": instant(organization.created_at),
    }
    if organization.country:
        shown["country"] = organization.country
    if has_taxes:
        rows = Tax.objects.of(organization).kept().filter(applied_to_organization=True)
        shown["taxes"] = taxes_out(rows)
        shown["selected_invoice_custom_sections"] = []
    return shown
