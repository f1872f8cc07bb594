"""Unique count: how many different values are there.

A value is added by an event and removed by another (``operation_type``); adding what is there and
removing what is not have no effect. Source: docs/billing-policy.md, section "Aggregations".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from billing.aggregation.days import day_of, days_until, first_day, last_day
from billing.aggregation.events import Aggregated, ChargePeriod, Event
from billing.aggregation.reading import Reading, position, stated_cents
from billing.aggregation.rounding import prorated, rounded
from billing.aggregation.values import text
from billing.pricing.usage import Entry


@dataclass(frozen=True, slots=True)
class Stay:
    """The time that a value was there, from its addition to its removal, if it was removed."""

    value: str
    added: Event
    removed: Event | None = None


def unique_count(reading: Reading) -> Aggregated:
    """Count the values that are there at the end of the period.

    Prorated, each value counts for the days it was there, the day of its removal included.
    """
    found = stays(reading)
    full = Decimal(sum(stay.removed is None for stay in found))
    entries = _entries(found, reading.period) if reading.is_prorated else ()
    owed = sum((entry.prorated for entry in entries), Fraction(0))
    return Aggregated(
        units=rounded(prorated(owed) if reading.is_prorated else full, reading.metric),
        full_units=rounded(full, reading.metric),
        events_count=int(full),
        values=(Decimal(1),) * int(full),
        entries=entries,
        precise_total_amount_cents=stated_cents(reading.inside),
        is_count=True,
        total_aggregated_units=full,
        all_events=len(reading.before) + len(reading.inside),
    )


def is_removal(event: Event) -> bool:
    """Say whether an event removes its value instead of adding it."""
    return text(event.properties.get("operation_type")) == "remove"


def stays(reading: Reading) -> list[Stay]:
    """Return the stays of all values, in the order of their addition."""
    found: list[Stay] = []
    present: dict[str, int] = {}
    for event in (*reading.before, *reading.inside):
        value = reading.value_of(event)
        if value is None:
            continue
        if not is_removal(event) and value not in present:
            present[value] = len(found)
            found.append(Stay(value, event))
        elif is_removal(event) and value in present:
            index = present.pop(value)
            found[index] = replace(found[index], removed=event)
    return found


def _entries(found: Iterable[Stay], period: ChargePeriod) -> tuple[Entry, ...]:
    """Return an entry for each addition and removal, an addition owing the days of its stay."""
    moves: list[tuple[Event, Entry]] = []
    for stay in _merged(found, period):
        if (days := _days_of(stay, period)) == 0:
            continue
        moves.append((stay.added, Entry(Decimal(1), Fraction(days, period.full_days))))
        if stay.removed is not None:
            moves.append((stay.removed, Entry(Decimal(-1), Fraction(0))))
    return tuple(entry for _, entry in sorted(moves, key=lambda move: position(move[0])))


def _merged(found: Iterable[Stay], period: ChargePeriod) -> list[Stay]:
    """Join the stays of a value that left and came back on the same day."""
    joined: list[Stay] = []
    latest: dict[str, int] = {}
    for stay in found:
        index = latest.get(stay.value)
        left = None if index is None else joined[index].removed
        if index is not None and left and day_of(left.at, period) == day_of(stay.added.at, period):
            joined[index] = replace(joined[index], removed=stay.removed)
            continue
        latest[stay.value] = len(joined)
        joined.append(stay)
    return joined


def _days_of(stay: Stay, period: ChargePeriod) -> int:
    """Return the days of the period on which the value was there."""
    if stay.removed is not None and stay.removed.at < period.start_at:
        return 0
    start_on = max(day_of(stay.added.at, period), first_day(period))
    end_on = last_day(period)
    if stay.removed is not None:
        end_on = min(end_on, day_of(stay.removed.at, period))
    return days_until(end_on, start_on)
