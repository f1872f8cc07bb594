"""The events of a period, in order, each once, and the history before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.aggregation.events import ChargePeriod, Event, Metric
from billing.aggregation.values import number, text
from billing.pricing.usage import ZERO

Numbered = tuple[Event, Decimal]


@dataclass(frozen=True, slots=True)
class Reading:
    """What an aggregation looks at. `before` is empty unless the metric is recurring."""

    metric: Metric
    period: ChargePeriod
    before: tuple[Event, ...]
    inside: tuple[Event, ...]
    is_prorated: bool = False
    carried: Decimal | None = None

    def numbered(self, events: Iterable[Event]) -> tuple[Numbered, ...]:
        """Return those of `events` whose property is a number, with it."""
        found = ((event, number(self.property_of(event))) for event in events)
        return tuple((event, value) for event, value in found if value is not None)

    def property_of(self, event: Event) -> object:
        """Return the property that the metric aggregates."""
        return event.properties.get(self.metric.field_name or "")

    def value_of(self, event: Event) -> str | None:
        """Return that property as text."""
        return text(self.property_of(event))

    def carry(self) -> Decimal:
        """Return the level brought into the period: as given, else the sum of the history."""
        if self.carried is not None:
            return self.carried
        return sum((value for _, value in self.numbered(self.before)), ZERO)


def read(
    metric: Metric,
    events: Sequence[Event],
    period: ChargePeriod,
    *,
    is_prorated: bool = False,
    carried: Decimal | None = None,
) -> Reading:
    """Put `events` in order and sort out those that do not matter to the period."""
    ordered = [event for event in in_order(events) if event.at < period.end_at]
    before = [event for event in ordered if event.at < period.start_at]
    inside = [event for event in ordered if event.at >= period.start_at]
    history = before if metric.is_recurring else []
    return Reading(metric, period, tuple(history), tuple(inside), is_prorated, carried)


def position(event: Event) -> tuple[datetime, int]:
    """Return the sort key of an event: its moment, then the order of creation."""
    return event.at, event.order


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return `events` in order; of those sent again (same id, same moment) the last one stays."""
    kept = {
        (event.at, event.transaction_id or index): event
        for index, event in enumerate(sorted(events, key=position))
    }
    return sorted(kept.values(), key=position)


def stated_cents(events: Iterable[Event]) -> Decimal:
    """Return the sum of the amounts that the events themselves state, in minor units."""
    return sum((event.precise_total_amount_cents or ZERO for event in events), ZERO)
