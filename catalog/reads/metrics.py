"""One metric, add-on or tax as its page shows it, and who uses it."""

from __future__ import annotations

import json
import uuid
from typing import Any, TypeVar

from catalog.models import AddOn, BillableMetric, Charge, FixedCharge, Tax
from catalog.models.metric import Aggregation
from catalog.operations.taxes import BEARERS
from organizations.models import Organization

Row = TypeVar("Row", AddOn, BillableMetric, Tax)


def find(model: type[Row], organization: Organization, pk: uuid.UUID) -> Row | None:
    """Return a row of the catalog that is not deleted; one query."""
    rows = model.objects.of(organization).kept().select_related("organization")
    return rows.filter(pk=pk).first()


def charges_of(metric: BillableMetric) -> list[Charge]:
    """Return the charges that price a metric, by plan; one query."""
    rows = Charge.objects.kept().filter(billable_metric=metric, plan__deleted_at=None)
    return list(rows.select_related("plan").order_by("plan__name", "created_at", "pk"))


def plans_of(add_on: AddOn) -> list[FixedCharge]:
    """Return the fixed charges that sell an add-on, by plan; one query."""
    rows = FixedCharge.objects.kept().filter(add_on=add_on, plan__deleted_at=None)
    return list(rows.select_related("plan").order_by("plan__name", "created_at", "pk"))


def bearers_of(tax: Tax) -> dict[str, int]:
    """Count what bears a tax, by kind; a query each."""
    counts = {name: getattr(tax, name).count() for name in BEARERS}
    return {name: count for name, count in counts.items() if count}


def sample_event(metric: BillableMetric) -> str:
    """Return a request that sends an event of the metric."""
    properties: dict[str, Any] = {}
    if metric.field_name:
        is_unique = metric.aggregation_type == Aggregation.UNIQUE_COUNT
        properties[metric.field_name] = "id-1" if is_unique else 12
    for row in metric.filters.all():
        properties[row.key] = row.values[0]
    event = {
        "transaction_id": "a-new-id-for-each-event",
        "external_subscription_id": "the-subscription",
        "code": metric.code,
        "properties": properties,
    }
    body = json.dumps({"event": event}, indent=2)
    return (
        'curl -X POST "$BILLING_URL/api/v1/events" \\\n'
        '  -H "Authorization: Bearer $BILLING_KEY" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d '{body}'"
    )
