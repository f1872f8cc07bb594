"""The subscription fee: whether an invoice has one, and how much of the plan's amount it is.

Source: docs/billing-policy.md, section "Subscription fee".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from billing.money import round_to_cents
from billing.periods import (
    Period,
    Reason,
    SubscriptionTerms,
    charges_cycle,
    fixed_charges_cycle,
    local_day,
    period_days,
    subscription_cycle,
)
from billing.proration import billable_days, share
from billing.trial import suspends_fee


class Rule(StrEnum):
    """Which rule gave the amount."""

    ENDED = "ended"
    AFTER_UPGRADE = "after_upgrade"
    WHOLE = "whole"
    FIRST_PERIOD = "first_period"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeHistory:
    """What has happened before the invoice.

    `has_previous`: another subscription of the same external id made way for this one;
    `follows_upgrade`: it did so by an upgrade. `is_billed_before`: an earlier invoice holds a
    subscription fee of this subscription; `is_billed_today`: another invoice of the same local day
    does. `trial_ends_at` comes from `billing.trial.trial_end`.
    """

    has_previous: bool = False
    follows_upgrade: bool = False
    is_billed_before: bool = False
    is_billed_today: bool = False
    trial_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionFee:
    """The amount, in minor units, and how it came about.

    `exact` is the amount before rounding; `days` of `period_days` are billed at
    `plan_amount_cents` a period, as `rule` says. `is_shortened_by_trial` tells that the days are
    counted from the end of the trial on.
    """

    amount_cents: int
    exact: Fraction
    days: int
    period_days: int
    plan_amount_cents: int
    rule: Rule
    is_shortened_by_trial: bool = field(default=False)


_NOTHING = FeeHistory()


def bills_subscription_fee(
    terms: SubscriptionTerms, at: datetime, reason: str, history: FeeHistory = _NOTHING
) -> bool:
    """Say whether the invoice that is made at `at` for `reason` has a subscription fee."""
    if reason == Reason.CURRENT_USAGE or suspends_fee(history.trial_ends_at, at, terms.zone):
        return False
    if reason == Reason.STARTING:
        return terms.pay_in_advance and not history.is_billed_today
    if reason != Reason.PERIODIC:
        return not terms.pay_in_advance
    if terms.pay_in_advance and history.is_billed_today:
        return False
    is_never_billed = terms.pay_in_advance and not history.is_billed_before
    return is_never_billed or _is_first_month(terms, at)


def subscription_fee(
    terms: SubscriptionTerms,
    period: Period,
    plan_amount_cents: int,
    history: FeeHistory = _NOTHING,
) -> SubscriptionFee:
    """Return the fee for `period`, the subscription period of the invoice's boundaries.

    Exact until the one rounding, half away from zero.
    """
    whole = period_days(terms, local_day(period.start, terms.zone))
    rule = _rule(terms, period, history)
    trial_ends_at = history.trial_ends_at
    is_shortened = trial_ends_at is not None and trial_ends_at > period.start
    if is_shortened and trial_ends_at is not None:
        period = Period(min(trial_ends_at, period.end), period.end)
    if rule == Rule.WHOLE and not is_shortened:
        billed = whole
    else:
        is_upgraded = rule == Rule.ENDED and terms.is_upgraded
        billed = billable_days(period, terms.zone, is_upgraded=is_upgraded)
    exact = share(plan_amount_cents, billed, whole)
    return SubscriptionFee(
        round_to_cents(exact), exact, billed, whole, plan_amount_cents, rule, is_shortened
    )


def _rule(terms: SubscriptionTerms, period: Period, history: FeeHistory) -> Rule:
    """Decide in this order; the first that fits holds."""
    if not terms.pay_in_advance and terms.end is not None and period.end >= terms.end:
        return Rule.ENDED
    if history.follows_upgrade and not history.is_billed_before:
        return Rule.AFTER_UPGRADE
    is_anniversary = terms.billing_time == "anniversary"
    is_whole = (
        history.is_billed_before
        or (terms.pay_in_advance and is_anniversary and not history.has_previous)
        or (terms.pay_in_advance and terms.is_started_in_past)
    )
    return Rule.WHOLE if is_whole else Rule.FIRST_PERIOD


def _is_first_month(terms: SubscriptionTerms, at: datetime) -> bool:
    """Say whether `at` lies in the first month of a longer period with a monthly part."""
    if not terms.has_monthly_part:
        return True
    day = local_day(at, terms.zone)
    parts = (charges_cycle(terms), fixed_charges_cycle(terms))
    month = min(parts, key=lambda cycle: cycle.months)
    return subscription_cycle(terms).start_on(day) == month.start_on(day)
