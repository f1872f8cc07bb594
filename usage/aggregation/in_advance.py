"""What a single event adds to the charges that are paid in advance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing.aggregation import Advance, ChargePeriod, Event, Group, group_of, in_advance
from catalog.models import Charge, ChargeFilter
from subscriptions.models import Subscription
from usage.aggregation.history import since
from usage.aggregation.measure import measures
from usage.aggregation.raw import Span, events_in


@dataclass(frozen=True)
class EventAdvance:
    """What an event adds to a charge, in the filter and group it belongs to."""

    charge: Charge
    charge_filter: ChargeFilter | None
    group: Group
    advance: Advance


def advances(
    subscription: Subscription, charges: Sequence[Charge], event: Event, period: ChargePeriod
) -> list[EventAdvance]:
    """Return what `event` adds to each of `charges` on the metric of its code, in `period`.

    `event.order` is its number of arrival, so that it is told from others of the same moment. An
    event without the property of the metric adds nothing (`Advance.is_counted` is false).
    """
    known = measures([each for each in charges if each.billable_metric.code == event.code])
    since_at = since([subscription]).get(subscription.pk)
    start_at = period.start_at if since_at is None else max(period.start_at, since_at)
    found = []
    for charge, measure in known.items():
        span = Span(
            subscription.organization_id,
            subscription.external_id,
            event.code,
            since_at if measure.metric.is_recurring else start_at,
            period.end_at,
        )
        index = measure.part_of(event.properties)
        part = measure.parts[index]
        group = group_of(event, part.keys)
        own = [
            other
            for other in events_in([span])[0]
            if measure.part_of(other.properties) == index and group_of(other, part.keys) == group
        ]
        advance = in_advance(measure.metric, own, event, period, is_prorated=charge.prorated)
        found.append(EventAdvance(charge, part.charge_filter, group, advance))
    return found
