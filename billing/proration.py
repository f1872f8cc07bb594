"""Shares of a period: the price of a day, and how many days of a period are billed.

Shares stay exact fractions and are rounded once, at the end. Source: docs/billing-policy.md,
section "Periods".
"""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

from billing.periods import Period, days, local_day


def day_price(amount_cents: int, period_days: int) -> Fraction:
    """Return the exact price of one day, in minor units, of a period of `period_days` days."""
    return Fraction(amount_cents, period_days)


def share(amount_cents: int, billed_days: int, period_days: int) -> Fraction:
    """Return the exact part of `amount_cents` that `billed_days` of `period_days` cost."""
    return Fraction(amount_cents * billed_days, period_days)


def billable_days(period: Period, zone: ZoneInfo, *, is_upgraded: bool = False) -> int:
    """Count the local days of `period` that are billed, at least 0.

    Where an upgrade ended the period, the day of the upgrade belongs to the new plan.
    """
    if not is_upgraded:
        return days(period, zone)
    return (local_day(period.end, zone) - local_day(period.start, zone)).days
