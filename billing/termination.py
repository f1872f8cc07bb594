"""What a paid-in-advance subscription leaves unused when it ends before its period does.

How that is given back is for `billing.credits.termination`.

Source: docs/billing-policy.md, section "Termination".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from billing.money import truncate_to
from billing.periods import SubscriptionTerms, local_day, period_days, subscription_cycle
from billing.proration import day_price

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidAhead:
    """The last subscription fee that was billed in advance.

    `billed_days` is the number of days it was billed for and `billed_to` the (exclusive) end of
    its period; `plan_amount_cents` is the plan's amount at that time. Amounts are in minor units
    and before tax; `credited_cents` is what credit notes have given back already.
    """

    amount_cents: int
    plan_amount_cents: int
    billed_to: datetime
    billed_days: int
    credited_cents: int = 0
    is_voided: bool = False


@dataclass(frozen=True, slots=True)
class Unused:
    """The unused part of a fee: `amount_cents` (5 decimals) is the item of the credit note.

    `days` of `period_days` are not used; `used_cents` is the exact price of the days that were.
    """

    amount_cents: Decimal
    days: int
    period_days: int
    used_cents: Fraction


def unused_part(
    terms: SubscriptionTerms, fee: PaidAhead, trial_ends_at: datetime | None = None
) -> Unused | None:
    """Return what the end of a subscription leaves unused of `fee`, or None if nothing.

    The day of the end is used, except on an upgrade, where the new plan has it. There is nothing
    to give back on a plan in arrears, a fee of zero, a voided invoice, or when the fee of the
    running period has not been billed.
    """
    if not terms.pay_in_advance or terms.terminated_at is None or _is_void(terms, fee):
        return None
    ended_on = local_day(terms.terminated_at, terms.zone)
    last_on = subscription_cycle(terms).next_on(ended_on) - _DAY
    unused_days = max((last_on - _last_used_on(terms, ended_on, last_on, trial_ends_at)).days, 0)
    whole = period_days(terms, ended_on)
    price = day_price(fee.plan_amount_cents, whole)
    unused = min(price * unused_days, Fraction(fee.amount_cents)) - fee.credited_cents
    if unused <= 0:
        return None
    used_days = max(fee.billed_days - unused_days, 0)
    return Unused(truncate_to(unused, 5), unused_days, whole, price * used_days)


def _is_void(terms: SubscriptionTerms, fee: PaidAhead) -> bool:
    is_unbilled = terms.terminated_at is not None and terms.terminated_at >= fee.billed_to
    return fee.amount_cents == 0 or fee.is_voided or is_unbilled


def _last_used_on(
    terms: SubscriptionTerms, ended_on: date, last_on: date, trial_ends_at: datetime | None
) -> date:
    last_used_on = ended_on - _DAY if terms.is_upgraded else ended_on
    if trial_ends_at is not None:
        trial_ended_on = local_day(trial_ends_at, terms.zone)
        if trial_ended_on >= last_used_on:
            return min(trial_ended_on - _DAY, last_on)
    return last_used_on
