"""The natural periods: what the calendar or the anniversary cuts time into."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from billing.periods.civil import Period, midnight
from billing.periods.terms import BillingTime, Interval, SubscriptionTerms

_MONTHS = {
    Interval.MONTHLY: 1,
    Interval.QUARTERLY: 3,
    Interval.SEMIANNUAL: 6,
    Interval.YEARLY: 12,
}
_A_MONDAY = date(2024, 1, 1)
_A_NEW_YEAR = date(2024, 1, 1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A day that repeats: every `months` months, or every week when `months` is 0.

    A repetition in a month that is too short falls on its last day; the next one is back on the
    anchor's day.
    """

    anchor_on: date
    months: int

    def start_on(self, day: date) -> date:
        """Return the latest repetition that is not after `day`."""
        if self.months == 0:
            return day - timedelta(days=(day - self.anchor_on).days % 7)
        month = _index(day) - (_index(day) - _index(self.anchor_on)) % self.months
        start = self._in_month(month)
        return start if start <= day else self._in_month(month - self.months)

    def next_on(self, day: date) -> date:
        """Return the first repetition that is after `day`."""
        start = self.start_on(day)
        if self.months == 0:
            return start + _WEEK
        return self._in_month(_index(start) + self.months)

    def previous_on(self, day: date) -> date:
        """Return the repetition before the latest one that is not after `day`."""
        return self.start_on(self.start_on(day) - timedelta(days=1))

    def is_start(self, day: date) -> bool:
        """Say whether the cycle repeats on `day`."""
        return self.start_on(day) == day

    def _in_month(self, month: int) -> date:
        year, month_of_year = divmod(month, 12)
        length = monthrange(year, month_of_year + 1)[1]
        return date(year, month_of_year + 1, min(self.anchor_on.day, length))


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def cycle_of(interval: str, billing_time: str, anchor_on: date) -> Cycle:
    """Return the cycle of an interval, aligned to the calendar or to `anchor_on`."""
    is_calendar = billing_time == BillingTime.CALENDAR
    if interval == Interval.WEEKLY:
        return Cycle(_A_MONDAY if is_calendar else anchor_on, 0)
    return Cycle(_A_NEW_YEAR if is_calendar else anchor_on, _MONTHS[Interval(interval)])


def subscription_cycle(terms: SubscriptionTerms) -> Cycle:
    """Return the cycle in which the subscription fee is billed."""
    return cycle_of(terms.interval, terms.billing_time, terms.anchor_on)


def charges_cycle(terms: SubscriptionTerms) -> Cycle:
    """Return the cycle in which usage charges are billed."""
    return _part_cycle(terms, terms.bill_charges_monthly)


def fixed_charges_cycle(terms: SubscriptionTerms) -> Cycle:
    """Return the cycle in which fixed charges are billed."""
    return _part_cycle(terms, terms.bill_fixed_charges_monthly)


def billing_cycle(terms: SubscriptionTerms) -> Cycle:
    """Return the shortest of the three cycles: that of the billing days."""
    return _part_cycle(terms, terms.has_monthly_part)


def _part_cycle(terms: SubscriptionTerms, is_monthly: bool) -> Cycle:
    is_long = terms.interval in (Interval.YEARLY, Interval.SEMIANNUAL)
    interval = Interval.MONTHLY if is_monthly and is_long else terms.interval
    return cycle_of(interval, terms.billing_time, terms.anchor_on)


def cycle_period(cycle: Cycle, day: date, zone: ZoneInfo) -> Period:
    """Return the period of `cycle` that contains the local `day`."""
    return Period(midnight(cycle.start_on(day), zone), midnight(cycle.next_on(day), zone))


def cycle_days(cycle: Cycle, day: date) -> int:
    """Return how many days the period of `cycle` that contains `day` has."""
    return (cycle.next_on(day) - cycle.start_on(day)).days


def natural_period(terms: SubscriptionTerms, day: date) -> Period:
    """Return the natural subscription period that contains the local `day`, not clamped."""
    return cycle_period(subscription_cycle(terms), day, terms.zone)


def previous_period(terms: SubscriptionTerms, day: date) -> Period:
    """Return the natural subscription period before the one that contains the local `day`."""
    return natural_period(terms, subscription_cycle(terms).previous_on(day))


def next_period(terms: SubscriptionTerms, day: date) -> Period:
    """Return the natural subscription period after the one that contains the local `day`."""
    return natural_period(terms, subscription_cycle(terms).next_on(day))


def period_days(terms: SubscriptionTerms, day: date) -> int:
    """Return the number of days by which a day price is divided: the whole natural period."""
    return cycle_days(subscription_cycle(terms), day)


def day_after_period(terms: SubscriptionTerms, day: date) -> date:
    """Return the first local day of the next period; a downgrade asked on `day` happens then."""
    return subscription_cycle(terms).next_on(day)
