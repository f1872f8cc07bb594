"""From events to units: the pure reference of every aggregation.

Source: docs/billing-policy.md, section "Aggregations".
"""

from billing.aggregation.aggregate import aggregate, aggregate_by_group, group_of
from billing.aggregation.events import (
    Advance,
    Aggregated,
    ChargePeriod,
    Event,
    Group,
    Metric,
)
from billing.aggregation.filters import ALL_VALUES, best_filter, by_filter, matches
from billing.aggregation.in_advance import aggregate_in_advance, in_advance

__all__ = [
    "ALL_VALUES",
    "Advance",
    "Aggregated",
    "ChargePeriod",
    "Event",
    "Group",
    "Metric",
    "aggregate",
    "aggregate_by_group",
    "aggregate_in_advance",
    "best_filter",
    "by_filter",
    "group_of",
    "in_advance",
    "matches",
]
