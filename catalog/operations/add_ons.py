"""What changes an add-on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.currencies import CURRENCIES
from billing.errors import NotFound
from catalog.models import AddOn
from catalog.operations.tax_links import set_taxes
from organizations.models import Organization
from persistence.columns import assign, check
from persistence.saving import save_valid

COLUMNS = (
    "name",
    "invoice_display_name",
    "code",
    "description",
    "amount_cents",
    "amount_currency",
)


@transaction.atomic
def create(
    organization: Organization, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> AddOn:
    """Create an add-on with its taxes (`tax_codes`). Raises Invalid, or NotFound for an unknown tax."""
    add_on = AddOn(organization=organization, created_at=at, updated_at=at)
    _take(add_on, values)
    save_valid(add_on)
    set_taxes(add_on, values.get("tax_codes"))
    journal.record(add_on, "add_on.created", actor=actor, at=at, after=snapshot(add_on))
    return add_on


@transaction.atomic
def update(add_on: AddOn, changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> AddOn:
    """Change what `changes` names; invoices keep what they say."""
    add_on = lock_kept(add_on)
    before = snapshot(add_on)
    _take(add_on, changes)
    if "tax_codes" in changes:
        set_taxes(add_on, changes["tax_codes"])
    old, new = journal.changes(before, snapshot(add_on))
    if new:
        add_on.updated_at = at
        save_valid(add_on, update_fields=[*COLUMNS, "updated_at"])
        journal.record(add_on, "add_on.updated", actor=actor, at=at, before=old, after=new)
    return add_on


@transaction.atomic
def delete(add_on: AddOn, *, actor: Actor, at: datetime) -> AddOn:
    """Hide an add-on; its fixed charges and fees stay."""
    add_on = lock_kept(add_on)
    add_on.deleted_at = add_on.updated_at = at
    save_valid(add_on, update_fields=["deleted_at", "updated_at"])
    journal.record(add_on, "add_on.deleted", actor=actor, at=at, before=snapshot(add_on))
    return add_on


def snapshot(add_on: AddOn) -> dict[str, Any]:
    """Return the add-on as the journal keeps it."""
    codes = sorted(add_on.taxes.values_list("code", flat=True))
    return journal.snapshot(add_on) | {"tax_codes": codes}


def lock_kept(add_on: AddOn) -> AddOn:
    """Lock an add-on that is not deleted and return it; raises NotFound when it is gone."""
    rows = AddOn.objects.kept().select_related("organization").locked()
    found = rows.filter(pk=add_on.pk).first()
    if found is None:
        raise NotFound("add_on")
    return found


def _take(add_on: AddOn, values: Mapping[str, Any]) -> None:
    assign(add_on, values, COLUMNS)
    currency = add_on.amount_currency
    wrong = {} if not currency or currency in CURRENCIES else _no_currency()
    check(add_on, COLUMNS, wrong)


def _no_currency() -> dict[str, list[str]]:
    return {"amount_currency": ["value_is_invalid"]}
