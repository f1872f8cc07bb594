"""Change a customer, and its drafts where they follow from its settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from customers import operations
from customers.models import Customer
from payments.operations.customer_provider import set_customer_provider
from workflows.customer_locks import refuse_locked_changes
from workflows.flag_drafts import flag_drafts
from workflows.move_billing_days import bill_before_move, move_billing_days
from workflows.redate_drafts import draft_terms, redate_drafts


@transaction.atomic
def edit_customer(
    customer: Customer, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Customer:
    """Change only what `changes` names; null clears.

    Raises Invalid, also for a change of what is locked (`customer_locks`), or NotFound for an unknown tax or
    payment provider. New taxes have drafts computed anew, a new grace period or payment term moves their dates, a
    new timezone the billing days: what was due in the old one is billed first.
    """
    customer = operations.lock_kept(customer.pk)
    refuse_locked_changes(customer, changes)
    before, zone = draft_terms(customer), customer.applicable_timezone
    if "timezone" in changes and changes["timezone"] != customer.timezone:
        bill_before_move([customer], actor=actor, at=at)
    changed = operations.update(customer, changes, actor=actor, at=at)
    set_customer_provider(changed, changes, actor=actor, at=at)
    if "tax_codes" in changes:
        flag_drafts(changed.organization, customer=changed, at=at)
    if changed.applicable_timezone != zone:
        move_billing_days([changed], at=at)
    redate_drafts(changed, before=before, actor=actor, at=at)
    return changed
