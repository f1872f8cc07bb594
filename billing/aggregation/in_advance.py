"""The units of charges that are paid in advance, event by event.

A unit is paid when it is first there in a period: what a sum exceeds its highest value by, or a
value that has not been paid in the period. Source: docs/billing-policy.md, section "Charges paid
in advance".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billing.aggregation.aggregate import AGGREGATIONS
from billing.aggregation.days import share_from
from billing.aggregation.events import Advance, Aggregated, ChargePeriod, Event, Metric
from billing.aggregation.reading import Reading, position, read, stated_cents
from billing.aggregation.rounding import prorated, rounded
from billing.aggregation.unique_count import is_removal, stays
from billing.exact import exact
from billing.pricing.usage import ZERO, Usage


@dataclass(frozen=True, slots=True)
class _Line:
    """What an event applied to the running value, and what of it is paid for the first time."""

    event: Event
    value: Decimal
    billable: Decimal

    def units(self, reading: Reading) -> Decimal:
        """Return the units to be paid, prorated from the day of the event if asked so."""
        if not reading.is_prorated:
            return self.billable
        return prorated(Fraction(self.billable) * share_from(self.event.at, reading.period))


@exact
def in_advance(
    metric: Metric,
    events: Sequence[Event],
    event: Event,
    period: ChargePeriod,
    *,
    is_prorated: bool = False,
    carried: Decimal | None = None,
) -> Advance:
    """Return what `event` adds to those of `events` that came before it.

    Events after it are ignored, and so is `event` itself if it is among `events`. Raises KeyError
    for an aggregation that cannot be paid in advance. Units are not rounded.
    """
    earlier = [each for each in events if position(each) < position(event)]
    reading = read(metric, [*earlier, event], period, is_prorated=is_prorated, carried=carried)
    lines = list(_LINES[metric.aggregation_type](reading))
    is_counted = bool(lines) and lines[-1].event is event
    own = lines[-1] if is_counted else _Line(event, ZERO, ZERO)
    return Advance(
        before=_usage(reading, lines[:-1] if is_counted else lines),
        after=_usage(reading, lines),
        billable_units=own.units(reading),
        applied_units=max(ZERO, own.value),
        is_counted=is_counted,
    )


@exact
def aggregate_in_advance(
    metric: Metric,
    events: Sequence[Event],
    period: ChargePeriod,
    *,
    is_prorated: bool = False,
    carried: Decimal | None = None,
) -> Aggregated:
    """Return the current usage of a charge paid in advance: the units paid so far.

    `full_units` are those that are there now. What was brought into the period was paid at its
    start, for the days of it.
    """
    reading = read(metric, events, period, is_prorated=is_prorated, carried=carried)
    now = AGGREGATIONS[metric.aggregation_type](reading)
    paid = _usage(reading, list(_LINES[metric.aggregation_type](reading)))
    return Aggregated(
        units=rounded(paid.units, metric),
        full_units=max(ZERO, now.shown_units),
        events_count=now.events_count,
        all_events=now.all_events,
        values=paid.values,
        precise_total_amount_cents=paid.precise_total_amount_cents,
        is_count=paid.is_count,
        total_aggregated_units=now.total_aggregated_units,
    )


def _usage(reading: Reading, lines: Sequence[_Line]) -> Usage:
    """Return the units paid up to and including `lines`."""
    start = _start_of(reading)
    before = reading.numbered(reading.before)
    paid = start + sum((line.units(reading) for line in lines), ZERO)
    is_count = reading.metric.aggregation_type != "sum_agg"
    values = [] if is_count else [value for _, value in before]
    return Usage(
        units=paid,
        events_count=int(paid) if is_count else len(values) + len(lines),
        values=(Decimal(1),) * int(paid)
        if is_count
        else (*values, *(line.value for line in lines)),
        precise_total_amount_cents=stated_cents(line.event for line in lines),
        is_count=is_count,
    )


def _start_of(reading: Reading) -> Decimal:
    """Return the units that were paid when the period began."""
    level = _carried_values(reading) if _is_unique(reading) else max(ZERO, reading.carry())
    if not reading.is_prorated:
        return level
    return prorated(Fraction(level) * share_from(reading.period.start_at, reading.period))


def _is_unique(reading: Reading) -> bool:
    return reading.metric.aggregation_type == "unique_count_agg"


def _carried_values(reading: Reading) -> Decimal:
    return Decimal(len(_present(reading)))


def _present(reading: Reading) -> set[str]:
    """Return the values that were there when the period began."""
    start_at = reading.period.start_at
    return {
        stay.value
        for stay in stays(reading)
        if stay.added.at < start_at and (stay.removed is None or stay.removed.at >= start_at)
    }


def _count_lines(reading: Reading) -> Iterator[_Line]:
    return (_Line(event, Decimal(1), Decimal(1)) for event in reading.inside)


def _sum_lines(reading: Reading) -> Iterator[_Line]:
    running = highest = ZERO
    for event, value in reading.numbered(reading.inside):
        running += value
        yield _Line(event, value, max(ZERO, running - highest))
        highest = max(highest, running)


def _unique_lines(reading: Reading) -> Iterator[_Line]:
    """A place that was freed may be taken again at no charge; prorated, only by the value that had it."""
    paid = _present(reading)
    present = set(paid)
    highest = len(present)
    for event in reading.inside:
        value = reading.value_of(event)
        if value is None:
            continue
        if is_removal(event):
            present.discard(value)
            yield _Line(event, ZERO, ZERO)
            continue
        is_added = value not in present
        present.add(value)
        is_paid = value not in paid if reading.is_prorated else len(present) > highest
        yield _Line(event, Decimal(is_added), Decimal(is_paid))
        highest = max(highest, len(present))
        paid.add(value)


_LINES: Mapping[str, Callable[[Reading], Iterable[_Line]]] = {
    "count_agg": _count_lines,
    "sum_agg": _sum_lines,
    "unique_count_agg": _unique_lines,
}
