"""Which filter of a charge an event belongs to: exactly one, or none.

Source: docs/billing-policy.md, section "Filters".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from billing.aggregation.events import Event
from billing.aggregation.values import text

ALL_VALUES = "__ALL_FILTER_VALUES__"
"""Stands for every value that the metric declares for the key."""

FilterValues = Mapping[str, Sequence[str]]
"""The values that a filter accepts for each of its keys."""


def best_filter(
    properties: Mapping[str, object],
    filters: Sequence[FilterValues],
    declared: FilterValues | None = None,
) -> int | None:
    """Return the index of the filter that an event with `properties` belongs to, else None.

    `filters` come oldest first. All keys of a filter must match. The filter with the most keys
    wins, then the one that names more values outright (not `ALL_VALUES`), then the one that accepts fewer
    values, then the oldest.
    `declared` holds the values that the metric declares for each key; without it `ALL_VALUES`
    accepts whatever is there.
    """
    matching = [i for i, each in enumerate(filters) if matches(properties, each, declared)]
    return min(matching, key=lambda i: (*_breadth(filters[i]), i), default=None)


def by_filter(
    events: Iterable[Event],
    filters: Sequence[FilterValues],
    declared: FilterValues | None = None,
) -> dict[int | None, tuple[Event, ...]]:
    """Share out `events`: those of each filter by its index, and the rest under None."""
    shares: dict[int | None, list[Event]] = {index: [] for index in (*range(len(filters)), None)}
    for event in events:
        shares[best_filter(event.properties, filters, declared)].append(event)
    return {index: tuple(members) for index, members in shares.items()}


def matches(
    properties: Mapping[str, object], values: FilterValues, declared: FilterValues | None = None
) -> bool:
    """Say whether `properties` has an accepted value for every key of `values`."""
    return all(
        _accepts(
            text(properties.get(key)), accepted, None if declared is None else declared.get(key, ())
        )
        for key, accepted in values.items()
    )


def _accepts(value: str | None, accepted: Sequence[str], declared: Sequence[str] | None) -> bool:
    if value is None:
        return False
    if ALL_VALUES in accepted:
        return declared is None or value in declared
    return value in accepted


def _breadth(values: FilterValues) -> tuple[int, int, int]:
    """Sort key: more keys are more specific, then fewer of them open to every value, then fewer values."""
    is_open = sum(ALL_VALUES in accepted for accepted in values.values())
    return -len(values), is_open, sum(len(accepted) for accepted in values.values())
