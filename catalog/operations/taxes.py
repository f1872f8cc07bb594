"""What changes a tax."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import NotFound
from catalog.models import Tax
from organizations.models import Organization
from persistence.columns import assign, check
from persistence.saving import save_valid

COLUMNS = ("name", "code", "rate", "description", "applied_to_organization")
BEARERS = ("customers", "plans", "charges", "fixed_charges", "commitments", "add_ons")


@transaction.atomic
def create(
    organization: Organization, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Tax:
    """Create a tax; `rate` is in percent. Raises Invalid."""
    tax = Tax(organization=organization, created_at=at, updated_at=at)
    assign(tax, values, COLUMNS)
    check(tax, COLUMNS)
    save_valid(tax)
    journal.record(tax, "tax.created", actor=actor, at=at, after=journal.snapshot(tax))
    return tax


@transaction.atomic
def update(tax: Tax, changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> Tax:
    """Change the columns that `changes` names. Raises Invalid; drafts are the caller's to refresh."""
    tax = lock_kept(tax)
    before = journal.snapshot(tax)
    assign(tax, changes, COLUMNS)
    check(tax, COLUMNS)
    old, new = journal.changes(before, journal.snapshot(tax))
    if new:
        tax.updated_at = at
        save_valid(tax, update_fields=[*COLUMNS, "updated_at"])
        journal.record(tax, "tax.updated", actor=actor, at=at, before=old, after=new)
    return tax


@transaction.atomic
def delete(tax: Tax, *, actor: Actor, at: datetime) -> Tax:
    """Hide a tax and take it off everything that bears it; documents keep what they say."""
    tax = lock_kept(tax)
    tax.deleted_at = tax.updated_at = at
    save_valid(tax, update_fields=["deleted_at", "updated_at"])
    for bearers in BEARERS:
        getattr(tax, bearers).clear()
    journal.record(tax, "tax.deleted", actor=actor, at=at, before=journal.snapshot(tax))
    return tax


def lock_kept(tax: Tax) -> Tax:
    """Lock a tax that is not deleted and return it; raises NotFound when it is gone."""
    found = Tax.objects.kept().select_related("organization").locked().filter(pk=tax.pk).first()
    if found is None:
        raise NotFound("tax")
    return found
