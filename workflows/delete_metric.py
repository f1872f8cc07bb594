"""Delete a billable metric, and have drafts computed without its charges."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from catalog.models import BillableMetric
from catalog.operations import metrics
from workflows.flag_drafts import flag_drafts


@transaction.atomic
def delete_metric(metric: BillableMetric, *, actor: Actor, at: datetime) -> BillableMetric:
    """Hide a metric with its charges and flag the drafts that price it."""
    deleted = metrics.delete(metric, actor=actor, at=at)
    flag_drafts(metric.organization, metric=metric, at=at)
    return deleted
