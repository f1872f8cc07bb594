"""Since when the events of an external subscription id belong to the customer who has it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from subscriptions.models import Subscription

Key = tuple[UUID, str]


def since(subscriptions: Iterable[Subscription]) -> Mapping[UUID, datetime]:
    """Return for each subscription's id the moment before which events are somebody else's.

    That is the last deletion of another customer who owned the external id, before this customer
    took it over; ids without such a deletion are left out. One query, two if there was a deletion.
    """
    asked = list(subscriptions)
    gone = _deletions(asked)
    if not gone:
        return {}
    first = _first_ownerships(each for each in asked if _key(each) in gone)
    found = {}
    for each in asked:
        taken_over_at = first.get((*_key(each), each.customer_id), each.created_at)
        before = [
            deleted_at
            for customer_id, deleted_at in gone.get(_key(each), ())
            if customer_id != each.customer_id and deleted_at <= taken_over_at
        ]
        if before:
            found[each.pk] = max(before)
    return found


def _key(subscription: Subscription) -> Key:
    return subscription.organization_id, subscription.external_id


def _deletions(asked: Iterable[Subscription]) -> dict[Key, list[tuple[UUID, datetime]]]:
    keys = {_key(each) for each in asked}
    rows = (
        Subscription.objects.filter(
            organization_id__in={organization for organization, _ in keys},
            external_id__in={external_id for _, external_id in keys},
            customer__deleted_at__isnull=False,
        )
        .values_list("organization_id", "external_id", "customer_id", "customer__deleted_at")
        .distinct()
    )
    found: dict[Key, list[tuple[UUID, datetime]]] = {}
    for organization_id, external_id, customer_id, deleted_at in rows:
        if deleted_at is not None:
            found.setdefault((organization_id, external_id), []).append((customer_id, deleted_at))
    return {key: value for key, value in found.items() if key in keys}


def _first_ownerships(asked: Iterable[Subscription]) -> dict[tuple[UUID, str, UUID], datetime]:
    asked = list(asked)
    rows = Subscription.objects.filter(
        customer_id__in={each.customer_id for each in asked},
        external_id__in={each.external_id for each in asked},
    ).values_list("organization_id", "external_id", "customer_id", "created_at")
    found: dict[tuple[UUID, str, UUID], datetime] = {}
    for organization_id, external_id, customer_id, created_at in rows:
        key = (organization_id, external_id, customer_id)
        found[key] = min(found.get(key, created_at), created_at)
    return found
