"""What subscriptions have used: for each charge, its filters and groups.

`aggregate` is what billing, previews and pages read usage by.
"""

from usage.aggregation.aggregate import aggregate
from usage.aggregation.daily import DayUsage, usage_by_day
from usage.aggregation.in_advance import EventAdvance, advances
from usage.requests import UsageAnswer, UsagePart, UsageRequest

__all__ = [
    "DayUsage",
    "EventAdvance",
    "UsageAnswer",
    "UsagePart",
    "UsageRequest",
    "advances",
    "aggregate",
    "usage_by_day",
]
