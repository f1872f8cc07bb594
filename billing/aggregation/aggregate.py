"""The units of a period: one function for a set of events, one for its groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from billing.aggregation.events import Aggregated, ChargePeriod, Event, Group, Metric
from billing.aggregation.reading import Reading, read
from billing.aggregation.totals import add_up, count, highest, latest
from billing.aggregation.unique_count import unique_count
from billing.aggregation.values import text
from billing.aggregation.weighted_sum import weighted_sum
from billing.exact import exact

AGGREGATIONS: Mapping[str, Callable[[Reading], Aggregated]] = {
    "count_agg": count,
    "sum_agg": add_up,
    "max_agg": highest,
    "latest_agg": latest,
    "unique_count_agg": unique_count,
    "weighted_sum_agg": weighted_sum,
}


@exact
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
    the level that a sum or weighted sum brings into the period; None means: work it out from the
    events before it.
    """
    reading = read(metric, events, period, is_prorated=is_prorated, carried=carried)
    return AGGREGATIONS[metric.aggregation_type](reading)


def aggregate_by_group(
    metric: Metric,
    events: Sequence[Event],
    period: ChargePeriod,
    keys: Sequence[str],
    *,
    is_prorated: bool = False,
    carried: Mapping[Group, Decimal] | None = None,
) -> tuple[tuple[Group, Aggregated], ...]:
    """Return each group's units, in order of appearance; without any, one empty group of nulls.

    Only events that count for the period make a group: those in it, and the history of a
    recurring metric. `carried` is the level of each group; a group may have nothing else.
    """
    reading = read(metric, events, period)
    levels = carried or {}
    groups: dict[Group, list[Event]] = {group: [] for group in levels}
    for event in (*reading.before, *reading.inside):
        groups.setdefault(group_of(event, keys), []).append(event)
    groups = groups or {tuple((key, None) for key in keys): []}
    return tuple(
        (
            group,
            aggregate(metric, members, period, is_prorated=is_prorated, carried=levels.get(group)),
        )
        for group, members in groups.items()
    )


def group_of(event: Event, keys: Sequence[str]) -> Group:
    """Return the values of `keys` that place `event` in a group; a missing one is None."""
    return tuple((key, text(event.properties.get(key))) for key in keys)
