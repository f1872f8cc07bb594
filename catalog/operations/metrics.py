"""What changes a billable metric."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotFound
from billing.expressions import check_expression
from catalog.models import BillableMetric, Charge, ChargeFilter
from catalog.models.metric import Aggregation
from catalog.operations import metric_filters
from organizations.models import Organization
from persistence.columns import assign, check
from persistence.saving import save_valid

FREE = ("name", "description")
FROZEN_IN_A_PLAN = (
    "code",
    "aggregation_type",
    "field_name",
    "recurring",
    "rounding_function",
    "rounding_precision",
    "weighted_interval",
    "expression",
)
COLUMNS = (*FREE, *FROZEN_IN_A_PLAN)
NEVER_RECURRING = {Aggregation.COUNT, Aggregation.MAX, Aggregation.LATEST}


@transaction.atomic
def create(
    organization: Organization, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> BillableMetric:
    """Create a metric with its filters ([{key, values}]). Raises Invalid."""
    metric = BillableMetric(organization=organization, created_at=at, updated_at=at)
    _take(metric, values, COLUMNS)
    save_valid(metric)
    metric_filters.put(metric, values.get("filters"), at=at)
    after = snapshot(metric)
    journal.record(metric, "billable_metric.created", actor=actor, at=at, after=after)
    journal.announce(metric, "billable_metric.created", at=at)
    return metric


@transaction.atomic
def update(
    metric: BillableMetric, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> BillableMetric:
    """Change what `changes` names; once a plan prices the metric, only name, description and filters.

    The rest of `changes` is then ignored: `frozen(metric)` tells a form which. Drafts are the caller's to refresh.
    """
    metric = lock_kept(metric)
    before = snapshot(metric)
    _take(metric, changes, [name for name in COLUMNS if name not in frozen(metric)])
    if "filters" in changes:
        metric_filters.put(metric, changes["filters"], at=at)
    old, new = journal.changes(before, snapshot(metric))
    if new:
        metric.updated_at = at
        save_valid(metric, update_fields=[*COLUMNS, "updated_at"])
        kind = "billable_metric.updated"
        journal.record(metric, kind, actor=actor, at=at, before=old, after=new)
        journal.announce(metric, kind, at=at)
    return metric


@transaction.atomic
def delete(metric: BillableMetric, *, actor: Actor, at: datetime) -> BillableMetric:
    """Hide a metric with its charges and their filters; fees stay, drafts are the caller's to refresh."""
    metric = lock_kept(metric)
    metric.deleted_at = metric.updated_at = at
    save_valid(metric, update_fields=["deleted_at", "updated_at"])
    charges = Charge.objects.kept().filter(billable_metric=metric)
    ChargeFilter.objects.kept().filter(charge__in=charges).update(deleted_at=at, updated_at=at)
    charges.update(deleted_at=at, updated_at=at)
    kind = "billable_metric.deleted"
    journal.record(metric, kind, actor=actor, at=at, before=snapshot(metric))
    journal.announce(metric, kind, at=at)
    return metric


def frozen(metric: BillableMetric) -> tuple[str, ...]:
    """Return the columns that cannot change any more, because a plan prices the metric."""
    is_used = Charge.objects.kept().filter(billable_metric=metric).exists()
    return FROZEN_IN_A_PLAN if is_used else ()


def snapshot(metric: BillableMetric) -> dict[str, Any]:
    """Return the metric as the journal keeps it."""
    return journal.snapshot(metric) | {"filters": metric_filters.described(metric)}


def lock_kept(metric: BillableMetric) -> BillableMetric:
    """Lock a metric that is not deleted and return it; raises NotFound when it is gone."""
    rows = BillableMetric.objects.kept().select_related("organization").locked()
    found = rows.filter(pk=metric.pk).first()
    if found is None:
        raise NotFound("billable_metric")
    return found


def _take(metric: BillableMetric, values: Mapping[str, Any], names: Any) -> None:
    assign(metric, values, names)
    if metric.aggregation_type == Aggregation.COUNT:
        metric.field_name = None
    check(metric, COLUMNS, _faults(metric))


def _faults(metric: BillableMetric) -> dict[str, list[str]]:
    """Return what is wrong between columns, all at once; the database would tell only the first."""
    errors: dict[str, list[str]] = {}
    kind = metric.aggregation_type
    if kind in Aggregation and kind != Aggregation.COUNT and not metric.field_name:
        errors["field_name"] = ["value_is_mandatory"]
    if metric.recurring and kind in NEVER_RECURRING:
        errors["recurring"] = ["value_is_invalid"]
    if kind == Aggregation.WEIGHTED_SUM and not metric.weighted_interval:
        errors["weighted_interval"] = ["value_is_invalid"]
    if metric.expression:
        try:
            check_expression(metric.expression)
        except Invalid as refusal:
            errors |= refusal.errors
    return errors
