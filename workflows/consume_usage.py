"""Do what follows from new events: stale drafts and balances, fees in advance, thresholds.

Ingestion only stores events. In production the worker calls this within seconds, up to the safe watermark of
the roll-up; in a sandbox it has run before the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from organizations.models import Organization
from subscriptions.models import Subscription
from usage import cursor
from usage.attribution import owners
from usage.models import UsageEvent
from wallets.operations import mark_stale
from workflows.bill_in_advance import bill_in_advance
from workflows.bill_progress import bill_progress
from workflows.flag_drafts import flag_drafts

Arrivals = Mapping[Subscription, Sequence[UsageEvent]]
"""New events by the subscription they belong to, with its customer and plan; each list in order of arrival."""

Consumer = Callable[[Organization, Arrivals, datetime], None]


def _flag_drafts(organization: Organization, arrivals: Arrivals, at: datetime) -> None:
    ids = {subscription.external_id for subscription in arrivals}
    flag_drafts(organization, external_subscription_ids=ids, at=at)


def _flag_balances(organization: Organization, arrivals: Arrivals, at: datetime) -> None:
    ids = {subscription.customer_id for subscription in arrivals}
    mark_stale(organization, customer_ids=ids)


CONSUMERS: tuple[Consumer, ...] = (bill_in_advance, bill_progress, _flag_drafts, _flag_balances)
"""What follows from events, in the order in which it happens. Each gets at least one event."""


BLOCK = 10_000
"""So many events are handed over at once."""


@transaction.atomic
def consume_usage(
    organization: Organization, *, at: datetime, up_to: int | None = None, after: int | None = None
) -> int:
    """Hand the events that arrived since the last time to the consumers; return how many there were.

    `up_to` is a number below which no event can appear any more; without it the organization must be a sandbox,
    where events arrive one transaction at a time. Events of nobody are passed over. Everything that follows
    from a block of events is done together or not at all.
    """
    limit = cursor.last_number() if up_to is None else up_to
    total, is_more = 0, True
    while is_more:
        events = cursor.take_new(organization, up_to=limit, after=after, most=BLOCK)
        total, is_more = total + len(events), len(events) == BLOCK
        if arrivals := _by_owner(organization, events):
            for consume in CONSUMERS:
                consume(organization, arrivals, at)
    return total


def _by_owner(organization: Organization, events: Sequence[UsageEvent]) -> Arrivals:
    found: dict[Subscription, list[UsageEvent]] = {}
    if events:
        for event, owner in zip(events, owners(organization, events), strict=True):
            if owner is not None:
                found.setdefault(owner, []).append(event)
    return found
