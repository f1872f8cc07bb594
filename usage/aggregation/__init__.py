"""What subscriptions have used: for each charge, its filters and groups.

`aggregate` is what billing, previews and pages read usage by.
"""

from usage.aggregation.aggregate import aggregate
from usage.aggregation.in_advance import EventAdvance, advances
from usage.requests import UsageAnswer, UsagePart, UsageRequest

__all__ = ["EventAdvance", "UsageAnswer", "UsagePart", "UsageRequest", "advances", "aggregate"]
