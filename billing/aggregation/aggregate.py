"""The units of a period: one function for a set of events, one for its groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from billing.aggregation.events import Aggregated, ChargePeriod, Event, Group, Metric


def aggregate(
    metric: Metric,
    events: Sequence[Event],
    period: ChargePeriod,
    *,
    is_prorated: bool = False,
    carried: Decimal | None = None,
) -> Aggregated:
    """Return what `events` amount to in `period`.

    Events outside the period are ignored, save the history of a recurring metric. `carried` is
    the level brought into the period; None means: work it out from the events before it.
    """
    raise NotImplementedError


def aggregate_by_group(
    metric: Metric,
    events: Sequence[Event],
    period: ChargePeriod,
    keys: Sequence[str],
    *,
    is_prorated: bool = False,
    carried: Mapping[Group, Decimal] | None = None,
) -> tuple[tuple[Group, Aggregated], ...]:
    """Return each group's units; without any event, a single empty group of nulls."""
    raise NotImplementedError


def group_of(event: Event, keys: Sequence[str]) -> Group:
    """Return the values of `keys` that place `event` in a group; a missing one is None."""
    raise NotImplementedError
