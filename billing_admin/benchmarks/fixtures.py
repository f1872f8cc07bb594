"""Subscriptions to measure with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from activity.actors import COMMAND
from catalog.operations import metrics, plans
from organizations.models import Organization
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from workflows.create_customer import create_customer
from workflows.create_organization import NewOrganization, create_organization
from workflows.start_subscription import start_subscription

AT = datetime(2024, 1, 1, tzinfo=UTC)
REGIONS = ("r0", "r1", "r2", "r3", "r4", "r5")
METRICS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "calls": ("count_agg", {}),
    "bytes": ("sum_agg", {"filters": REGIONS}),
    "tokens": ("sum_agg", {"groups": ["cloud"]}),
    "peak": ("max_agg", {}),
    "users": ("unique_count_agg", {"field_name": "user"}),
    "level": ("weighted_sum_agg", {}),
}
"""A metric of each kind, some told apart by filters or groups."""


def organization(name: str = "Benchmark") -> NewOrganization:
    """Make an organization that lives in real time."""
    return create_organization(name, actor=COMMAND, at=AT)


def subscribed(owner: Organization, names: Sequence[str]) -> list[Subscription]:
    """Make a customer and a subscription of each name, on a plan that charges for every metric."""
    charges = [_charge(owner, code, kind, more) for code, (kind, more) in METRICS.items()]
    plan = plans.create(
        owner,
        {
            "name": "Everything",
            "code": "everything",
            "interval": "monthly",
            "amount_cents": 1000,
            "amount_currency": "EUR",
            "charges": charges,
        },
        actor=COMMAND,
        at=AT,
    )
    found = []
    for name in names:
        customer = create_customer(owner, {"external_id": name, "name": name}, actor=COMMAND, at=AT)
        asked = NewSubscription(external_id=name, plan=plan)
        found.append(start_subscription(customer, asked=asked, actor=COMMAND, at=AT))
    return found


def _charge(owner: Organization, code: str, kind: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Make a metric and return what a charge of it says."""
    values: dict[str, Any] = {"name": code, "code": code, "aggregation_type": kind}
    if kind != "count_agg":
        values["field_name"] = more.get("field_name", "size")
    if kind == "weighted_sum_agg":
        values["weighted_interval"] = "seconds"
    if "filters" in more:
        values["filters"] = [{"key": "region", "values": list(more["filters"])}]
    metric = metrics.create(owner, values, actor=COMMAND, at=AT)
    properties: dict[str, Any] = {"amount": "1"}
    if "groups" in more:
        properties["pricing_group_keys"] = more["groups"]
    return {
        "billable_metric_id": str(metric.pk),
        "charge_model": "standard",
        "properties": properties,
        "filters": [
            {"values": {"region": [region]}, "properties": {"amount": "2"}}
            for region in more.get("filters", ())
        ],
    }
