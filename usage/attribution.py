"""To whom events belong: the subscription of their external id that ran at their moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from billing.periods.attribution import Candidate, attribute
from organizations.models import Organization
from subscriptions.models import Subscription
from usage.incoming import IncomingEvent
from usage.models import UsageEvent

AnyEvent = TypeVar("AnyEvent", UsageEvent, IncomingEvent)


def owners(organization: Organization, events: Sequence[AnyEvent]) -> list[Subscription | None]:
    """Return for each event the subscription it belongs to, if there is one (one query).

    Each comes with its customer and plan.
    """
    candidates: dict[str, list[Candidate]] = {}
    for subscription in _started(organization, {each.external_subscription_id for each in events}):
        if subscription.started_at is None:
            continue
        candidates.setdefault(subscription.external_id, []).append(
            Candidate(subscription, subscription.started_at, subscription.terminated_at)
        )
    found = (
        attribute(candidates.get(each.external_subscription_id, ()), each.at) for each in events
    )
    return [None if one is None else one.key for one in found]  # type: ignore[misc]


def _started(organization: Organization, external_ids: Iterable[str]) -> Iterable[Subscription]:
    return (
        Subscription.objects.of(organization)
        .filter(external_id__in=list(external_ids), started_at__isnull=False)
        .select_related("customer", "plan")
        .order_by("pk")
    )
