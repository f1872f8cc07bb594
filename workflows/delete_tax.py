"""Delete a tax, and have drafts computed without it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from catalog.models import Tax
from catalog.operations import taxes
from workflows.flag_drafts import flag_drafts


@transaction.atomic
def delete_tax(tax: Tax, *, actor: Actor, at: datetime) -> Tax:
    """Hide a tax, take it off everything that bears it, and flag the organization's drafts."""
    deleted = taxes.delete(tax, actor=actor, at=at)
    flag_drafts(tax.organization, at=at)
    return deleted
