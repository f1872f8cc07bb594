"""Change a tax, and the drafts that bear it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from catalog.models import Tax
from catalog.operations import taxes
from workflows.flag_drafts import flag_drafts


@transaction.atomic
def edit_tax(tax: Tax, changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> Tax:
    """Change a tax and flag the organization's drafts; finalized invoices stay. Raises Invalid."""
    changed = taxes.update(tax, changes, actor=actor, at=at)
    flag_drafts(tax.organization, at=at)
    return changed
