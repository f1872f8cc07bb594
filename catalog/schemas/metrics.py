"""Billable metrics on the wire."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Integer, instant
from catalog.models import BillableMetric


class MetricFilterIn(In):
    """A property of the metric's events by which charges may price, with its values."""

    key: str | None = None
    values: list[str] | None = None


class MetricIn(In):
    """A billable metric as a request gives it."""

    name: str | None = None
    code: str | None = None
    description: str | None = None
    aggregation_type: str | None = None
    field_name: str | None = None
    recurring: bool | None = None
    rounding_function: str | None = None
    rounding_precision: Integer | None = None
    weighted_interval: str | None = None
    expression: str | None = None
    filters: list[MetricFilterIn] | None = None


class SampleEventIn(In):
    """An event to try an expression on."""

    code: str
    timestamp: int | float | str | None = None
    properties: dict[str, Any]


class ExpressionIn(In):
    """An expression and the event that it is tried on."""

    expression: str
    event: SampleEventIn


class MetricFilterOut(TypedDict):
    """A property of the metric's events by which charges may price, with its values."""

    key: str
    values: list[str]


class MetricOut(TypedDict):
    """A billable metric."""

    lago_id: str
    name: str
    code: str
    description: str | None
    aggregation_type: str
    weighted_interval: str | None
    recurring: bool
    rounding_function: str | None
    rounding_precision: int | None
    created_at: str | None
    field_name: str | None
    expression: str | None
    filters: list[MetricFilterOut]


class ExpressionResult(TypedDict):
    """What an expression comes to."""

    value: str


def metric_out(metric: BillableMetric) -> MetricOut:
    """Show a metric; its filters are best prefetched."""
    return {
        "lago_id": str(metric.pk),
        "name": metric.name,
        "code": metric.code,
        "description": metric.description,
        "aggregation_type": metric.aggregation_type,
        "weighted_interval": metric.weighted_interval,
        "recurring": metric.recurring,
        "rounding_function": metric.rounding_function,
        "rounding_precision": metric.rounding_precision,
        "created_at": instant(metric.created_at),
        "field_name": metric.field_name,
        "expression": metric.expression,
        "filters": [
            {"key": one.key, "values": one.values}
            for one in sorted(metric.filters.all(), key=lambda one: (one.created_at, one.pk))
        ],
    }
