"""Change a billable metric, and the drafts that price it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from catalog.models import BillableMetric
from catalog.operations import metrics
from workflows.flag_drafts import flag_drafts


@transaction.atomic
def edit_metric(
    metric: BillableMetric, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> BillableMetric:
    """Change a metric; new filters may end those of its charges, so drafts are flagged. Raises Invalid."""
    changed = metrics.update(metric, changes, actor=actor, at=at)
    if "filters" in changes:
        flag_drafts(metric.organization, metric=metric, at=at)
    return changed
