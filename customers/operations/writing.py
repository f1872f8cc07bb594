"""Creating, changing and hiding a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid
from billing.numbering import customer_slug
from catalog.operations.tax_links import set_taxes
from customers.models import Customer
from customers.operations import metadata
from customers.operations.locking import lock_kept
from organizations.models import Organization
from persistence.columns import assign, check
from persistence.saving import save_valid
from persistence.text_checks import special_faults

ADDRESS = ("address_line1", "address_line2", "city", "state", "zipcode", "country")
COLUMNS = (
    "external_id",
    "account_type",
    "customer_type",
    "name",
    "firstname",
    "lastname",
    "legal_name",
    "legal_number",
    "tax_identification_number",
    "email",
    "phone",
    "url",
    "logo_url",
    *ADDRESS,
    *(f"shipping_{name}" for name in ADDRESS),
    "currency",
    "timezone",
    "document_locale",
    "net_payment_term",
    "invoice_grace_period",
    "finalize_zero_amount_invoice",
    "issuing_date_anchor",
    "issuing_date_adjustment",
    "external_salesforce_id",
    "skip_invoice_custom_sections",
    "exclude_from_dunning_campaign",
)
UPPER = ("country", "shipping_country", "currency")
# These say invalid_value where others say value_is_invalid.
INVALID_VALUE = frozenset({"finalize_zero_amount_invoice"})


@transaction.atomic
def create(
    organization: Organization, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Customer:
    """Create a customer with `tax_codes` and `metadata`; everything but `external_id` may be absent.

    `values` are columns of Customer. Raises Invalid, or NotFound for an unknown tax.
    """
    customer = Customer(organization=organization, created_at=at, updated_at=at)
    _take(customer, values)
    customer.sequential_id = _next_sequential_id(organization)
    customer.slug = customer_slug(organization.document_number_prefix, customer.sequential_id)
    save_valid(customer)
    _put_parts(customer, values, at=at)
    after = snapshot(customer)
    journal.record(customer, "customer.created", actor=actor, at=at, after=after)
    journal.announce(customer, "customer.created", at=at)
    return customer


@transaction.atomic
def update(
    customer: Customer, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Customer:
    """Change only what `changes` names; null clears. Raises Invalid, or NotFound for an unknown tax.

    What a customer's objects lock is the caller's to refuse (workflows.edit_customer).
    """
    customer = lock_kept(customer.pk)
    before = snapshot(customer)
    _take(customer, changes)
    _put_parts(customer, changes, at=at)
    old, new = journal.changes(before, snapshot(customer))
    if new:
        customer.updated_at = at
        save_valid(customer, update_fields=[*COLUMNS, "updated_at"])
        journal.record(customer, "customer.updated", actor=actor, at=at, before=old, after=new)
        journal.announce(customer, "customer.updated", at=at)
    return customer


@transaction.atomic
def mark_deleted(customer: Customer, *, actor: Actor, at: datetime, reason: str = "") -> Customer:
    """Hide a customer, whose row is locked by the caller; its external id is free again.

    What the customer had is ended by workflows.delete_customer.
    """
    before = snapshot(customer)
    customer.deleted_at = customer.updated_at = at
    customer.deletion_reason = reason
    save_valid(customer, update_fields=["deleted_at", "updated_at", "deletion_reason"])
    journal.record(customer, "customer.deleted", actor=actor, at=at, before=before, reason=reason)
    return customer


def snapshot(customer: Customer) -> dict[str, Any]:
    """Return the customer as the journal keeps it."""
    return {
        **journal.snapshot(customer),
        "tax_codes": sorted(customer.taxes.values_list("code", flat=True)),
        "metadata": metadata.described(customer),
    }


def _take(customer: Customer, values: Mapping[str, Any]) -> None:
    assign(customer, values, COLUMNS)
    for name in UPPER:
        value = getattr(customer, name)
        if isinstance(value, str):
            setattr(customer, name, value.upper())
    found = special_faults(customer, COLUMNS)
    # One code a column says enough: the special one where there is one.
    names = [name for name in COLUMNS if name not in found]
    try:
        check(customer, names, found)
    except Invalid as refusal:
        raise Invalid(
            {
                name: ["invalid_value"] if name in INVALID_VALUE else codes
                for name, codes in refusal.errors.items()
            },
            refusal.message,
        ) from refusal


def _put_parts(customer: Customer, values: Mapping[str, Any], *, at: datetime) -> None:
    if "tax_codes" in values:
        set_taxes(customer, values["tax_codes"])
    if "metadata" in values:
        metadata.put(customer, values["metadata"], at=at)


def _next_sequential_id(organization: Organization) -> int:
    """Count the organization's customers on; deleted ones count, and a number is never used again."""
    row = Organization.objects.filter(pk=organization.pk)
    row.update(last_customer_sequential_id=F("last_customer_sequential_id") + 1)
    return row.values_list("last_customer_sequential_id", flat=True).get()
