"""Shapes of events on the wire."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import decimal, instant, instant_ms
from subscriptions.models import Subscription
from usage.models import UsageEvent


class EventIn(In):
    """An event as it is sent; `usage.incoming` says what is wrong with it."""

    transaction_id: Any = None
    code: Any = None
    external_subscription_id: Any = None
    timestamp: Any = None
    properties: Any = None
    precise_total_amount_cents: Any = None


class EventsIn(In):
    """A batch of events, 1 to 100."""

    events: list[Any]


class EventOut(TypedDict):
    """An event as it was stored, with the subscription it belongs to."""

    lago_id: str
    transaction_id: str
    lago_customer_id: str | None
    code: str
    timestamp: str
    precise_total_amount_cents: str | None
    properties: dict[str, Any]
    lago_subscription_id: str | None
    external_subscription_id: str
    created_at: str | None


def event_out(event: UsageEvent, owner: Subscription | None) -> EventOut:
    """Show one event."""
    return {
        "lago_id": str(event.pk),
        "transaction_id": event.transaction_id,
        "lago_customer_id": owner and str(owner.customer_id),
        "code": event.code,
        "timestamp": instant_ms(event.at),
        "precise_total_amount_cents": decimal(event.precise_total_amount_cents),
        "properties": event.properties,
        "lago_subscription_id": owner and str(owner.pk),
        "external_subscription_id": event.external_subscription_id,
        "created_at": instant(event.created_at),
    }
