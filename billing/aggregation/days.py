"""Civil days of a charge period: what a prorated unit is paid for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

from billing.aggregation.events import ChargePeriod
from billing.periods.civil import local_day

_INSTANT = timedelta(microseconds=1)


def day_of(at: datetime, period: ChargePeriod) -> date:
    """Return the civil day of a moment where the customer is."""
    return local_day(at, period.zone)


def first_day(period: ChargePeriod) -> date:
    """Return the first civil day that the period touches."""
    return day_of(period.start_at, period)


def last_day(period: ChargePeriod) -> date:
    """Return the last civil day that the period touches; its end is outside."""
    return day_of(period.end_at - _INSTANT, period)


def days_until(end_on: date, start_on: date) -> int:
    """Return the number of days from `start_on` to `end_on`, both included; never negative."""
    return max(0, (end_on - start_on).days + 1)


def share_from(at: datetime, period: ChargePeriod) -> Fraction:
    """Return the share of the full period from the day of `at`, inside the period, to its end."""
    return Fraction(days_until(last_day(period), day_of(at, period)), period.full_days)


def carried_share(period: ChargePeriod) -> Fraction:
    """Return the share of the full period for which what was brought into it is paid."""
    if period.carried_days is not None:
        return Fraction(period.carried_days, period.full_days)
    return share_from(period.start_at, period)
