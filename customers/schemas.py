"""Customers on the wire."""

from __future__ import annotations

from typing import Any, NotRequired

from django.db.models import QuerySet
from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Integer, instant
from billing.errors import Invalid
from catalog.schemas.taxes import TaxOut, taxes_out
from customers.models import Customer
from customers.operations.writing import ADDRESS
from organizations.models.organization import DEFAULT_ENTITY
from payments.models import CustomerProvider

SHOWN_PROVIDERS = frozenset({"stripe", "adyen", "gocardless"})


class AddressIn(In):
    """A postal address."""

    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    state: str | None = None
    zipcode: str | None = None
    country: str | None = None


class BillingConfigurationIn(In):
    """How a customer is billed and paid."""

    invoice_grace_period: Integer | None = None
    document_locale: str | None = None
    payment_provider: str | None = None
    payment_provider_code: str | None = None
    provider_customer_id: str | None = None
    sync: bool | None = None
    sync_with_provider: bool | None = None
    provider_payment_methods: list[str] | None = None
    subscription_invoice_issuing_date_anchor: str | None = None
    subscription_invoice_issuing_date_adjustment: str | None = None


class CustomerMetadataIn(In):
    """A note of the organization's on a customer."""

    id: str | None = None
    key: str | None = None
    value: str | None = None
    display_in_invoice: bool | None = None


class CustomerIn(AddressIn):
    """A customer as a request gives it; absent members stay, null clears."""

    external_id: str | None = None
    account_type: str | None = None
    customer_type: str | None = None
    name: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    legal_name: str | None = None
    legal_number: str | None = None
    tax_identification_number: str | None = None
    email: str | None = None
    phone: str | None = None
    url: str | None = None
    logo_url: str | None = None
    currency: str | None = None
    timezone: str | None = None
    net_payment_term: Integer | None = None
    finalize_zero_amount_invoice: str | None = None
    external_salesforce_id: str | None = None
    skip_invoice_custom_sections: bool | None = None
    invoice_custom_section_codes: list[str] | None = None
    billing_entity_code: str | None = None
    tax_codes: list[str] | None = None
    metadata: list[CustomerMetadataIn] | None = None
    shipping_address: AddressIn | None = None
    billing_configuration: BillingConfigurationIn | None = None

    def columns(self) -> dict[str, Any]:
        """Return what is given as columns of a customer, `tax_codes`, `metadata` and provider settings.

        Raises Invalid when custom sections are both chosen and skipped.
        """
        given = self.given()
        if given.get("skip_invoice_custom_sections") and given.get("invoice_custom_section_codes"):
            code = "skip_sections_and_selected_ids_sent_together"
            raise Invalid({"invoice_custom_sections": [code]}, "Choose sections or skip them.")
        shipping = given.pop("shipping_address", {}) or {}
        billing = given.pop("billing_configuration", {}) or {}
        given |= {f"shipping_{name}": value for name, value in shipping.items()}
        given |= {RENAMED.get(name, name): value for name, value in billing.items()}
        return given


RENAMED = {
    "subscription_invoice_issuing_date_anchor": "issuing_date_anchor",
    "subscription_invoice_issuing_date_adjustment": "issuing_date_adjustment",
}


class AddressOut(TypedDict):
    """A postal address."""

    address_line1: str | None
    address_line2: str | None
    city: str | None
    state: str | None
    zipcode: str | None
    country: str | None


class BillingConfigurationOut(TypedDict):
    """How a customer is billed and paid; who they are at the provider only where they have one."""

    invoice_grace_period: int | None
    payment_provider: str | None
    payment_provider_code: str | None
    document_locale: str | None
    subscription_invoice_issuing_date_anchor: str | None
    subscription_invoice_issuing_date_adjustment: str | None
    provider_customer_id: NotRequired[str | None]
    sync_with_provider: NotRequired[bool]
    provider_payment_methods: NotRequired[list[str]]


class CustomerMetadataOut(TypedDict):
    """A note of the organization's on a customer."""

    lago_id: str
    key: str
    value: str
    display_in_invoice: bool
    created_at: str | None


class CustomerBaseOut(TypedDict):
    """A customer as it stands inside other objects."""

    lago_id: str
    billing_entity_code: str
    external_id: str
    account_type: str
    name: str | None
    firstname: str | None
    lastname: str | None
    customer_type: str | None
    sequential_id: int
    slug: str
    created_at: str | None
    updated_at: str | None
    country: str | None
    address_line1: str | None
    address_line2: str | None
    state: str | None
    zipcode: str | None
    email: str | None
    city: str | None
    url: str | None
    phone: str | None
    logo_url: str | None
    legal_name: str | None
    legal_number: str | None
    currency: str | None
    tax_identification_number: str | None
    timezone: str | None
    applicable_timezone: str
    net_payment_term: int | None
    external_salesforce_id: str | None
    finalize_zero_amount_invoice: str
    billing_configuration: BillingConfigurationOut
    shipping_address: AddressOut
    skip_invoice_custom_sections: bool
    metadata: list[CustomerMetadataOut]
    integration_customers: list[Any]


class CustomerOut(CustomerBaseOut):
    """A customer on its own endpoints."""

    taxes: list[TaxOut]
    applicable_invoice_custom_sections: list[Any]
    error_details: list[Any]


class PortalOut(TypedDict):
    """A signed link to the customer's own page."""

    portal_url: str


def with_parts(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Load customers with everything that `customer_out` shows; 3 queries for any number of them."""
    return customers.select_related("organization", "customer_provider__provider").prefetch_related(
        "metadata", "taxes"
    )


def customer_out(customer: Customer) -> CustomerOut:
    """Show a customer, best loaded `with_parts`."""
    return {
        **customer_base_out(customer),
        "taxes": taxes_out(customer.taxes.all()),
        "applicable_invoice_custom_sections": [],
        "error_details": [],
    }


def customer_base_out(customer: Customer) -> CustomerBaseOut:
    """Show a customer inside another object: without taxes, custom sections and errors."""
    return {
        "lago_id": str(customer.pk),
        "billing_entity_code": DEFAULT_ENTITY,
        "external_id": customer.external_id,
        "account_type": customer.account_type,
        "name": customer.name,
        "firstname": customer.firstname,
        "lastname": customer.lastname,
        "customer_type": customer.customer_type,
        "sequential_id": customer.sequential_id,
        "slug": customer.slug,
        "created_at": instant(customer.created_at),
        "updated_at": instant(customer.updated_at),
        "country": customer.country,
        "address_line1": customer.address_line1,
        "address_line2": customer.address_line2,
        "state": customer.state,
        "zipcode": customer.zipcode,
        "email": customer.email,
        "city": customer.city,
        "url": customer.url,
        "phone": customer.phone,
        "logo_url": customer.logo_url,
        "legal_name": customer.legal_name,
        "legal_number": customer.legal_number,
        "currency": customer.currency,
        "tax_identification_number": customer.tax_identification_number,
        "timezone": customer.timezone,
        "applicable_timezone": customer.applicable_timezone,
        "net_payment_term": customer.net_payment_term,
        "external_salesforce_id": customer.external_salesforce_id,
        "finalize_zero_amount_invoice": customer.finalize_zero_amount_invoice,
        "billing_configuration": _billing_configuration(customer),
        "shipping_address": AddressOut(
            **{name: getattr(customer, f"shipping_{name}") for name in ADDRESS}
        ),
        "skip_invoice_custom_sections": customer.skip_invoice_custom_sections,
        "metadata": [
            {
                "lago_id": str(row.pk),
                "key": row.key,
                "value": row.value,
                "display_in_invoice": row.display_in_invoice,
                "created_at": instant(row.created_at),
            }
            for row in sorted(customer.metadata.all(), key=lambda row: (row.created_at, row.pk))
        ],
        "integration_customers": [],
    }


def _billing_configuration(customer: Customer) -> BillingConfigurationOut:
    tie: CustomerProvider | None = getattr(customer, "customer_provider", None)
    kind = tie and tie.provider.kind
    shown: BillingConfigurationOut = {
        "invoice_grace_period": customer.invoice_grace_period,
        "payment_provider": kind if kind in SHOWN_PROVIDERS else None,
        "payment_provider_code": tie and tie.provider.code,
        "document_locale": customer.document_locale,
        "subscription_invoice_issuing_date_anchor": customer.issuing_date_anchor,
        "subscription_invoice_issuing_date_adjustment": customer.issuing_date_adjustment,
    }
    if tie is not None:
        shown["provider_customer_id"] = tie.provider_customer_id
        shown["sync_with_provider"] = tie.sync_with_provider
        shown["provider_payment_methods"] = tie.provider_payment_methods
    return shown
