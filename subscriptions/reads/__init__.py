"""Subscriptions as screens and the API read them."""

from __future__ import annotations

from subscriptions.models import Subscription, SubscriptionRows


def subscriptions_of(organization: object) -> SubscriptionRows:
    """Subscriptions with all that their shapes need; no query yet."""
    return Subscription.objects.of(organization).select_related(
        "plan", "customer__organization", "previous_subscription__plan"
    )
