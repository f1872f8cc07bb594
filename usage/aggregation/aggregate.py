"""The usage of many subscriptions at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from billing.aggregation import (
    Aggregated,
    Event,
    Group,
    aggregate_in_advance,
    group_of,
)
from billing.aggregation import aggregate as aggregate_events
from billing.exact import exact
from usage.aggregation.amounts import amount
from usage.aggregation.history import since
from usage.aggregation.measure import Measure, measures
from usage.aggregation.raw import Span, events_in
from usage.aggregation.summed import EARLIEST, Cell, Sums, Wanted, sums_of
from usage.requests import UsageAnswer, UsagePart, UsageRequest

WORTH_ONE = ("count_agg", "unique_count_agg")
"""Aggregations to which every event is worth one, whatever it carries."""

BY_EVENT = (
    "free_units_per_events",
    "free_units_per_total_aggregation",
    "per_transaction_min_amount",
    "per_transaction_max_amount",
)
"""Properties of a price that depend on what each event was worth."""


@dataclass(frozen=True)
class Asked:
    """A request with what is known of its charge; events before `since_at` are somebody else's."""

    request: UsageRequest
    measure: Measure
    since_at: datetime | None

    @property
    def start_at(self) -> datetime:
        """Where the usage of the period begins."""
        start_at = self.request.period.start_at
        return start_at if self.since_at is None else max(start_at, self.since_at)

    @property
    def span(self) -> Span:
        """Which events matter: those of the period, and the history of a recurring metric."""
        subscription, period = self.request.subscription, self.request.period
        start_at = self.since_at if self.measure.metric.is_recurring else self.start_at
        return Span(
            subscription.organization_id,
            subscription.external_id,
            self.measure.code,
            start_at,
            max(period.end_at, start_at or period.end_at),
        )

    @property
    def needs_events(self) -> bool:
        """Say whether single events matter, not just what they amount to."""
        charge, kind = self.request.charge, self.measure.metric.aggregation_type
        is_paid_so_far = self.request.is_current and charge.pay_in_advance
        return (
            charge.prorated
            or (is_paid_so_far and kind != "count_agg")
            or (kind not in WORTH_ONE and self.prices_events)
        )

    @property
    def prices_events(self) -> bool:
        """Say whether a price depends on what each event was worth."""
        return any(part.properties.get(name) for part in self.measure.parts for name in BY_EVENT)

    @property
    def wanted(self) -> Wanted:
        """What must be summed up: the period, and the history of a recurring metric before it."""
        metric, span = self.measure.metric, self.span
        return Wanted(
            replace(span, start_at=self.start_at),
            (span.start_at or EARLIEST) if metric.is_recurring else None,
            metric.aggregation_type,
            metric.field_name or "",
            self.measure.keys,
            self.request.period.zone,
        )


def aggregate(requests: Sequence[UsageRequest]) -> list[UsageAnswer]:
    """Return for each request the usage of its charge.

    A charge is answered filter by filter, oldest first, then the rest, and each of those group by
    group; without any event, once with zero units and a group of nulls. The number of queries does
    not depend on how many requests, filters or groups there are.
    """
    asked = _asked(requests)
    answers: dict[int, UsageAnswer | None] = {}
    summed = {n: each for n, each in enumerate(asked) if not each.needs_events}
    sums = sums_of([each.wanted for each in summed.values()])
    for (n, each), cells in zip(summed.items(), sums, strict=True):
        answers[n] = _added(each, cells)
    by_event = {n: each for n, each in enumerate(asked) if answers.get(n) is None}
    events = events_in([each.span for each in by_event.values()])
    for (n, each), own in zip(by_event.items(), events, strict=True):
        answers[n] = _counted(each, own)
    return [answer for n in range(len(asked)) if (answer := answers[n]) is not None]


def _asked(requests: Sequence[UsageRequest]) -> list[Asked]:
    known = measures([request.charge for request in requests])
    history: Mapping[UUID, datetime] = since(request.subscription for request in requests)
    return [
        Asked(request, known[request.charge], history.get(request.subscription.pk))
        for request in requests
    ]


@exact
def _added(asked: Asked, cells: Mapping[Cell, Sums]) -> UsageAnswer | None:
    """Put the sums of cells together by part of the charge and by group; None if only events can tell."""
    measure, period = asked.measure, asked.request.period
    found: list[dict[Group, Sums]] = [{} for _ in measure.parts]
    for cell, sums in sorted(cells.items(), key=_readable):
        values = dict(cell)
        index = measure.part_of(values)
        group = tuple((key, values[key]) for key in measure.parts[index].keys)
        found[index].setdefault(group, Sums()).add(sums)
    if any(sums.there is None for own in found for sums in own.values()):
        return None
    for own, part in zip(found, measure.parts, strict=True):
        if not own:
            own[tuple((key, None) for key in part.keys)] = Sums()
    has_values = asked.prices_events
    return tuple(
        UsagePart(
            part.charge_filter_id,
            group,
            amount(measure.metric, sums, period, has_values=has_values),
        )
        for part, own in zip(measure.parts, found, strict=True)
        for group, sums in own.items()
    )


def _readable(item: tuple[Cell, Sums]) -> list[tuple[bool, str]]:
    """Sort key of cells: by their values, absent ones last."""
    return [(value is None, value or "") for _, value in item[0]]


def _counted(asked: Asked, events: Iterable[Event]) -> UsageAnswer:
    """Sort events into the parts of the charge and their groups, and add each up."""
    measure = asked.measure
    sorted_out: list[list[Event]] = [[] for _ in measure.parts]
    for event in events:
        sorted_out[measure.part_of(event.properties)].append(event)
    return tuple(
        UsagePart(part.charge_filter_id, group, _amount(asked, members))
        for part, own in zip(measure.parts, sorted_out, strict=True)
        for group, members in groups(own, part.keys).items()
    )


def groups(events: Iterable[Event], keys: Sequence[str]) -> dict[Group, list[Event]]:
    """Sort events into groups; without any event there is one group of nulls."""
    found: dict[Group, list[Event]] = {}
    for event in events:
        found.setdefault(group_of(event, keys), []).append(event)
    return found or {tuple((key, None) for key in keys): []}


def _amount(asked: Asked, events: Sequence[Event]) -> Aggregated:
    charge, metric = asked.request.charge, asked.measure.metric
    is_paid_so_far = asked.request.is_current and charge.pay_in_advance
    counted = aggregate_in_advance if is_paid_so_far else aggregate_events
    return counted(metric, events, asked.request.period, is_prorated=charge.prorated)
