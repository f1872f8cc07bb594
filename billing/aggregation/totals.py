"""Count, sum, max and latest.

Source: docs/billing-policy.md, section "Aggregations".
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from billing.aggregation.days import carried_share, share_from
from billing.aggregation.events import Aggregated, Event
from billing.aggregation.reading import Numbered, Reading, stated_cents
from billing.aggregation.rounding import prorated, rounded
from billing.pricing.usage import ZERO, Entry


def count(reading: Reading) -> Aggregated:
    """Count the events."""
    number = len(reading.inside)
    return Aggregated(
        units=rounded(Decimal(number), reading.metric),
        events_count=number,
        values=(Decimal(1),) * number,
        precise_total_amount_cents=stated_cents(reading.inside),
        is_count=True,
        total_aggregated_units=Decimal(number),
    )


def add_up(reading: Reading) -> Aggregated:
    """Sum the property; a recurring metric adds to what it brought into the period.

    Prorated, what was brought in counts for the days of this period, and each event from its day
    to the end, both out of the days of the full period; the result is rounded up at 5 decimals.
    """
    before, inside = reading.numbered(reading.before), reading.numbered(reading.inside)
    total = sum((value for _, value in inside), reading.carry())
    entries = _entries(reading, inside) if reading.is_prorated else ()
    owed = sum((entry.prorated for entry in entries), Fraction(0))
    return Aggregated(
        units=rounded(prorated(owed) if reading.is_prorated else total, reading.metric),
        full_units=rounded(total, reading.metric),
        events_count=len(before) + len(inside),
        values=tuple(value for _, value in (*before, *inside)),
        entries=entries,
        precise_total_amount_cents=stated_cents(event for event, _ in inside),
        total_aggregated_units=total,
    )


def _entries(reading: Reading, inside: Sequence[Numbered]) -> tuple[Entry, ...]:
    carry, period = reading.carry(), reading.period
    moved = tuple(
        Entry(value, Fraction(value) * share_from(event.at, period)) for event, value in inside
    )
    if not carry:
        return moved
    return (Entry(carry, Fraction(carry) * carried_share(period)), *moved)


def highest(reading: Reading) -> Aggregated:
    """Take the highest value of the period, 0 without any."""
    inside = reading.numbered(reading.inside)
    return _single(reading, inside, max((value for _, value in inside), default=ZERO))


def latest(reading: Reading) -> Aggregated:
    """Take the last value of the period; a negative one counts as none."""
    inside = reading.numbered(reading.inside)
    return _single(reading, inside, max(ZERO, inside[-1][1]) if inside else ZERO)


def _single(reading: Reading, inside: Sequence[Numbered], units: Decimal) -> Aggregated:
    events: list[Event] = [event for event, _ in inside]
    return Aggregated(
        units=rounded(units, reading.metric),
        events_count=len(events),
        values=tuple(value for _, value in inside),
        precise_total_amount_cents=stated_cents(events),
        total_aggregated_units=units,
    )
