"""The usage of many subscriptions at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from usage.aggregation.history import since
from usage.aggregation.measure import Measure, measures
from usage.aggregation.raw import Span, events_in
from usage.requests import UsageAnswer, UsagePart, UsageRequest


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


def aggregate(requests: Sequence[UsageRequest]) -> list[UsageAnswer]:
    """Return for each request the usage of its charge.

    A charge is answered filter by filter, oldest first, then the rest, and each of those group by
    group; without any event, once with zero units and a group of nulls. The number of queries does
    not depend on how many requests, filters or groups there are.
    """
    asked = _asked(requests)
    found = events_in([each.span for each in asked])
    return [_answer(each, events) for each, events in zip(asked, found, strict=True)]


def _asked(requests: Sequence[UsageRequest]) -> list[Asked]:
    known = measures([request.charge for request in requests])
    history: Mapping[UUID, datetime] = since(request.subscription for request in requests)
    return [
        Asked(request, known[request.charge], history.get(request.subscription.pk))
        for request in requests
    ]


def _answer(asked: Asked, events: Iterable[Event]) -> UsageAnswer:
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
