"""Short ways to write moments and subscription terms in the tests of the pure core."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from billing.periods import Period, Reason, SubscriptionTerms, boundaries
from billing.subscription_fee import FeeHistory, SubscriptionFee, subscription_fee

NOTHING = FeeHistory()
"""Nothing has happened before."""


def utc(text: str) -> datetime:
    """Read an ISO moment as UTC: ``utc("2024-03-04 21:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on(text: str) -> date:
    """Read an ISO day."""
    return date.fromisoformat(text)


def span(start: str, end: str) -> Period:
    """Return the period between two moments of UTC; the end is outside."""
    return Period(utc(start), utc(end))


def terms(started: str, zone: str = "UTC", **changes) -> SubscriptionTerms:
    """Return the terms of a monthly calendar subscription in arrears, with `changes`."""
    moments = {"terminated_at", "ending_at", "created_at", "subscription_at"}
    changes = {
        name: utc(value) if name in moments and isinstance(value, str) else value
        for name, value in changes.items()
    }
    given = {
        "interval": "monthly",
        "billing_time": "calendar",
        "pay_in_advance": False,
        "subscription_at": utc(started),
        "started_at": utc(started),
        "zone": ZoneInfo(zone),
    }
    return SubscriptionTerms(**(given | changes))


def fee(
    given_terms: SubscriptionTerms,
    at: str,
    reason: Reason,
    amount: int,
    history: FeeHistory = NOTHING,
) -> SubscriptionFee:
    """Return the subscription fee of an invoice that is made at `at` for `reason`."""
    period = boundaries(given_terms, utc(at), reason).subscription
    return subscription_fee(given_terms, period, amount, history)
