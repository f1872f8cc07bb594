"""Change an organization's settings, and the drafts that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from activity import journal
from activity.actors import Actor
from customers.models import Customer
from invoices.models import Invoice
from invoices.operations import numbering
from invoices.operations.locking import lock_customers
from organizations.models import Organization
from organizations.models.organization import DocumentNumbering
from persistence.columns import assign, check, refuse
from persistence.saving import save_valid
from persistence.text_checks import special_faults
from subscriptions.models import Subscription
from workflows.move_billing_days import bill_before_move, move_billing_days
from workflows.redate_drafts import draft_terms, redate_drafts

COLUMNS = (
    "name",
    "timezone",
    "default_currency",
    "document_locale",
    "document_numbering",
    "document_number_prefix",
    "net_payment_term",
    "invoice_grace_period",
    "finalize_zero_amount_invoice",
    "issuing_date_anchor",
    "issuing_date_adjustment",
    "legal_name",
    "legal_number",
    "tax_identification_number",
    "email",
    "address_line1",
    "address_line2",
    "city",
    "state",
    "zipcode",
    "country",
    "email_settings",
    "invoice_footer",
)
EMAIL_SETTINGS = frozenset({"invoice.finalized", "credit_note.created", "payment_receipt.created"})
# An organization has one billing entity, so numbering by entity is numbering by organization.
SYNONYMS = {"per_billing_entity": "per_organization"}


@transaction.atomic
def edit_organization(
    organization: Organization, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Organization:
    """Change the columns that `changes` names. Raises Invalid.

    A new grace period or payment term moves the dates of the drafts of customers that inherit it, a new timezone
    their billing days: what was due in the old one is billed first. Numbers that have been given stay; an organization
    that begins to count its invoices itself goes on after all that have one.
    """
    customers, moving = _locked(organization, changes)
    bill_before_move(moving, actor=actor, at=at)
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    before = journal.snapshot(organization)
    terms = [(customer, draft_terms(customer)) for customer in customers]
    _take(organization, changes)
    old, new = journal.changes(before, journal.snapshot(organization))
    if not new:
        return organization
    save_valid(organization, update_fields=COLUMNS)
    if new.get("document_numbering") == DocumentNumbering.PER_ORGANIZATION:
        numbering.count_on(organization)
    journal.record(organization, "organization.updated", actor=actor, at=at, before=old, after=new)
    for customer, old_terms in terms:
        customer.organization = organization
        redate_drafts(customer, before=old_terms, actor=actor, at=at)
    for customer in moving:
        customer.organization = organization
    move_billing_days(moving, at=at)
    return organization


def _take(organization: Organization, changes: Mapping[str, Any]) -> None:
    assign(organization, changes, COLUMNS)
    for name in ("country", "default_currency", "document_number_prefix"):
        value = getattr(organization, name)
        if isinstance(value, str):
            setattr(organization, name, value.upper())
    numbering = organization.document_numbering
    organization.document_numbering = SYNONYMS.get(numbering, numbering)
    found = special_faults(organization, COLUMNS)
    settings = organization.email_settings
    if not isinstance(settings, list) or not set(settings) <= EMAIL_SETTINGS:
        found["email_settings"] = ["value_is_invalid"]
    refuse(found)
    check(organization, COLUMNS)


def _locked(
    organization: Organization, changes: Mapping[str, Any]
) -> tuple[list[Customer], list[Customer]]:
    """Lock the customers that the changes reach, before anything else: those with drafts, those that move."""
    drafts = Invoice.objects.of(organization).drafts()
    with_drafts = set(drafts.values_list("customer_id", flat=True))
    moving = _moving(organization, changes)
    locked = lock_customers(with_drafts | moving)
    return [locked[key] for key in sorted(with_drafts)], [locked[key] for key in sorted(moving)]


def _moving(organization: Organization, changes: Mapping[str, Any]) -> set[UUID]:
    """The customers with running subscriptions whose timezone is the organization's, if it changes."""
    if "timezone" not in changes or changes["timezone"] == organization.timezone:
        return set()
    rows = Subscription.objects.of(organization).active()
    inheriting = rows.filter(Q(customer__timezone=None) | Q(customer__timezone=""))
    return set(inheriting.values_list("customer_id", flat=True))
