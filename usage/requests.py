"""What is asked of usage, and what comes back: the seam between events and rating."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from billing.aggregation import Aggregated, ChargePeriod, Group
from catalog.models import Charge
from subscriptions.models import Subscription


@dataclass(frozen=True, slots=True)
class UsageRequest:
    """The usage of one charge by one subscription in a span of time [start_at, end_at).

    `charge` comes with its metric, the metric's filters and the charge's own kept filters, oldest first. Pricing
    groups stand in the properties (of the charge or of a filter) as `pricing_group_keys`. Recurring metrics
    bring in their history; an empty period asks for nothing else. `is_current` counts a charge that is paid in
    advance by the units paid so far, as current usage shows it.
    """

    subscription: Subscription
    charge: Charge
    period: ChargePeriod
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class UsagePart:
    """One part of the answer: the events of a filter (None: those that match no filter) and of a group.

    A filter without groups has one part, with an empty group, even when there are no events.
    """

    charge_filter_id: uuid.UUID | None
    group: Group
    aggregated: Aggregated


UsageAnswer = tuple[UsagePart, ...]
"""The parts of one request: each filter in its order, then the rest."""
