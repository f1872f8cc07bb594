"""Change the filters of a charge one by one, and the drafts of the plan's subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from catalog.models import Charge, ChargeFilter
from catalog.operations import plan_filters
from workflows.flag_drafts import flag_drafts


@transaction.atomic
def add_charge_filter(
    charge: Charge, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> ChargeFilter:
    """Add a filter to a charge. Raises Invalid."""
    added = plan_filters.add(charge, values, actor=actor, at=at)
    flag_drafts(charge.organization, plan=charge.plan, at=at)
    return added


@transaction.atomic
def edit_charge_filter(
    one: ChargeFilter, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> ChargeFilter:
    """Change a filter of a charge. Raises Invalid."""
    changed = plan_filters.change(one, changes, actor=actor, at=at)
    flag_drafts(one.organization, plan=one.charge.plan, at=at)
    return changed


@transaction.atomic
def remove_charge_filter(one: ChargeFilter, *, actor: Actor, at: datetime) -> ChargeFilter:
    """Take a filter off its charge."""
    removed = plan_filters.remove(one, actor=actor, at=at)
    flag_drafts(one.organization, plan=one.charge.plan, at=at)
    return removed
