"""The shapes of subscriptions on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Instant, day, instant, instant_ms
from billing.periods import (
    MILLISECOND,
    Period,
    Reason,
    boundaries,
    inclusive_end,
    local_day,
)
from billing.periods.cycles import day_after_period
from catalog.schemas.plans import PlanOverridesIn
from subscriptions.models import Subscription
from subscriptions.terms import succession, terms_of


class SubscriptionIn(In):
    """A plan to assign, or what to change of a subscription."""

    external_customer_id: str | None = None
    plan_code: str | None = None
    external_id: str | None = None
    name: str | None = None
    billing_time: str | None = None
    subscription_at: Instant | None = None
    ending_at: Instant | None = None
    on_termination_credit_note: str | None = None
    on_termination_invoice: str | None = None
    plan_overrides: PlanOverridesIn | None = None
    progressive_billing_disabled: bool | None = None
    consolidate_invoice: bool | None = None
    purchase_order_number: str | None = None


class SubscriptionOut(TypedDict):
    """A subscription."""

    lago_id: str
    external_id: str
    lago_customer_id: str
    external_customer_id: str
    billing_entity_code: str
    name: str | None
    plan_code: str
    plan_amount_cents: int
    plan_amount_currency: str
    status: str
    billing_time: str
    subscription_at: str | None
    started_at: str | None
    trial_ended_at: str | None
    ending_at: str | None
    terminated_at: str | None
    canceled_at: str | None
    created_at: str | None
    activated_at: str | None
    previous_plan_code: str | None
    next_plan_code: str | None
    downgrade_plan_date: str | None
    current_billing_period_started_at: str | None
    current_billing_period_ending_at: str | None
    on_termination_credit_note: str | None
    on_termination_invoice: str
    progressive_billing_disabled: bool
    consolidate_invoice: bool
    purchase_order_number: str | None
    cancellation_reason: str | None
    payment_method: dict[str, Any]
    entitlements: list[Any]
    applied_invoice_custom_sections: list[Any]
    activation_rules: list[Any]
    applicable_usage_thresholds: list[Any]


PAYMENT_METHOD = {"payment_method_id": None, "payment_method_type": "provider"}


def subscription_out(
    row: Subscription, *, successors: Iterable[Subscription] = ()
) -> SubscriptionOut:
    """Write a subscription that comes with plan, customer, organization and predecessor.

    `successors` are those that follow it, with their plans.
    """
    following = next((each for each in successors if each.status != "canceled"), None)
    period = _current_period(row)
    return {
        "lago_id": str(row.pk),
        "external_id": row.external_id,
        "lago_customer_id": str(row.customer_id),
        "external_customer_id": row.customer.external_id,
        "billing_entity_code": "default",
        "name": row.name,
        "plan_code": row.plan.code,
        "plan_amount_cents": row.plan.amount_cents,
        "plan_amount_currency": row.plan.amount_currency,
        "status": row.status,
        "billing_time": row.billing_time,
        "subscription_at": instant(row.subscription_at),
        "started_at": instant_ms(row.started_at),
        "trial_ended_at": instant(row.trial_ended_at),
        "ending_at": instant(row.ending_at),
        "terminated_at": instant(row.terminated_at),
        "canceled_at": instant(row.canceled_at),
        "created_at": instant(row.created_at),
        "activated_at": instant(row.started_at),
        "previous_plan_code": row.previous_subscription.plan.code
        if row.previous_subscription
        else None,
        "next_plan_code": following.plan.code if following else None,
        "downgrade_plan_date": _downgrade_on(row, following),
        "current_billing_period_started_at": instant(period.start) if period else None,
        "current_billing_period_ending_at": instant(inclusive_end(period)) if period else None,
        "on_termination_credit_note": _on_termination(row),
        "on_termination_invoice": row.on_termination_invoice,
        "progressive_billing_disabled": row.progressive_billing_disabled,
        "consolidate_invoice": row.consolidate_invoice,
        "purchase_order_number": row.purchase_order_number,
        "cancellation_reason": None,
        "payment_method": PAYMENT_METHOD,
        "entitlements": [],
        "applied_invoice_custom_sections": [],
        "activation_rules": [],
        "applicable_usage_thresholds": [],
    }


def _on_termination(row: Subscription) -> str | None:
    if not row.plan.pay_in_advance:
        return None
    return row.on_termination_credit_note


def _current_period(row: Subscription) -> Period | None:
    """The natural period in which the next billing day lies ahead; None unless the subscription is active."""
    if not row.is_active or row.started_at is None:
        return None
    terms = terms_of(row)
    last = row.next_billing_at - MILLISECOND if row.next_billing_at else terms.started_at
    return boundaries(terms, max(terms.started_at, last), Reason.CURRENT_USAGE).subscription


def _downgrade_on(row: Subscription, following: Subscription | None) -> str | None:
    if following is None or following.status != "pending" or not row.is_active:
        return None
    if succession(row.plan, following.plan) != "downgrade" or row.next_billing_at is None:
        return None
    zone = row.customer.zone
    before = local_day(row.next_billing_at, zone)
    return day(day_after_period(terms_of(row), before.fromordinal(before.toordinal() - 1)))


def subscriptions_out(rows: Sequence[Subscription]) -> list[SubscriptionOut]:
    """Write many subscriptions with one more query for those that follow them."""
    following: dict[Any, list[Subscription]] = {}
    for each in Subscription.objects.filter(
        previous_subscription_id__in=[row.pk for row in rows]
    ).select_related("plan"):
        following.setdefault(each.previous_subscription_id, []).append(each)
    return [subscription_out(row, successors=following.get(row.pk, ())) for row in rows]
