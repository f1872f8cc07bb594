"""The units of charges that are paid in advance, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from billing.aggregation.events import Advance, Aggregated, ChargePeriod, Event, Metric


def in_advance(
    metric: Metric,
    events: Sequence[Event],
    event: Event,
    period: ChargePeriod,
    *,
    is_prorated: bool = False,
    carried: Decimal | None = None,
) -> Advance:
    """Return what `event` adds to those of `events` that came before it."""
    raise NotImplementedError


def aggregate_in_advance(
    metric: Metric,
    events: Sequence[Event],
    period: ChargePeriod,
    *,
    is_prorated: bool = False,
    carried: Decimal | None = None,
) -> Aggregated:
    """Return the current usage of a charge paid in advance: the units billed so far."""
    raise NotImplementedError
