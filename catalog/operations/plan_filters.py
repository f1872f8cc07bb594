"""What changes the filters of a plan's charges one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from billing.errors import NotFound
from catalog.models import Charge, ChargeFilter
from catalog.operations import charge_filters, metric_filters, plans
from persistence.saving import save_valid

COLUMNS = ["values", "properties", "invoice_display_name", "updated_at", "deleted_at"]


@transaction.atomic
def add(charge: Charge, values: Mapping[str, Any], *, actor: Actor, at: datetime) -> ChargeFilter:
    """Add a filter to a charge. Raises Invalid (`values`, `properties`)."""

    def add_one() -> ChargeFilter:
        declared = metric_filters.described(charge.billable_metric)
        return save_valid(charge_filters.read(charge, values, declared, at=at))

    return _noted(charge, add_one, actor=actor, at=at)


@transaction.atomic
def change(
    one: ChargeFilter, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> ChargeFilter:
    """Change a filter; it keeps its id. Raises Invalid."""

    def change_one() -> ChargeFilter:
        kept = _kept(one)
        declared = metric_filters.described(kept.charge.billable_metric)
        charge_filters.change(kept, changes, declared)
        kept.updated_at = at
        return save_valid(kept, update_fields=COLUMNS)

    return _noted(one.charge, change_one, actor=actor, at=at)


@transaction.atomic
def remove(one: ChargeFilter, *, actor: Actor, at: datetime) -> ChargeFilter:
    """Hide a filter; its fees stay."""

    def remove_one() -> ChargeFilter:
        kept = _kept(one)
        kept.deleted_at = kept.updated_at = at
        return save_valid(kept, update_fields=COLUMNS)

    return _noted(one.charge, remove_one, actor=actor, at=at)


def _noted(
    charge: Charge, work: Callable[[], ChargeFilter], *, actor: Actor, at: datetime
) -> ChargeFilter:
    """Do `work` on a locked plan and write into its journal what has changed."""
    plan = plans.lock_kept(charge.plan)
    before = plans.snapshot(plan)
    done = work()
    plans.note(plan, before, actor=actor, at=at)
    return done


def _kept(one: ChargeFilter) -> ChargeFilter:
    rows = ChargeFilter.objects.kept().select_related("charge__billable_metric", "organization")
    found = rows.filter(pk=one.pk).first()
    if found is None:
        raise NotFound("charge_filter")
    return found
