"""What a subscription costs, worked out by counting days: dates and fractions, none of the product's code."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "yearly": 12}
PER_YEAR = {"weekly": 52, "monthly": 12, "quarterly": 4, "semiannual": 2, "yearly": 1}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stay:
    """A subscription in days: `last` is the last one used, `paid_from` the first that is not free.

    `until` is the last day on which something was billed ahead: later than `last` when a dearer plan took over.
    """

    interval: str
    billing_time: str
    anchor: date
    amount_cents: int
    in_advance: bool
    first: date
    last: date
    until: date
    paid_from: date
    is_free: bool = False


def period_of(interval: str, billing_time: str, anchor: date, day: date) -> tuple[date, date]:
    """Return the first day of the natural period that holds `day`, and the first of the next one."""
    if interval == "weekly":
        weekday = anchor.weekday() if billing_time == "anniversary" else 0
        start = day - timedelta(days=(day.weekday() - weekday) % 7)
        return start, start + timedelta(days=7)
    months = MONTHS[interval]
    if billing_time == "calendar":
        first = (day.month - 1) // months * months + 1
        return date(day.year, first, 1), _months_later(date(day.year, first, 1), months)
    number = 0
    while _months_later(anchor, (number + 1) * months) <= day:
        number += 1
    return _months_later(anchor, number * months), _months_later(anchor, (number + 1) * months)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def periods(stay: Stay) -> Iterator[tuple[date, date]]:
    """Give the natural periods of the stay: first day, and first day of the next one."""
    day = stay.first
    while day <= stay.until:
        found = period_of(stay.interval, stay.billing_time, stay.anchor, day)
        yield found
        day = found[1]


def cost(stay: Stay) -> Fraction:
    """Return what the fees of a subscription come to in minor units, less what is given back of them."""
    if stay.is_free:
        return Fraction(0)
    return sum((_cost_of(stay, start, end) for start, end in periods(stay)), Fraction(0))


def _cost_of(stay: Stay, start: date, end: date) -> Fraction:
    price = Fraction(stay.amount_cents, (end - start).days)
    first = max(start, stay.first, stay.paid_from)
    if not stay.in_advance:
        used = max(0, (min(stay.last, end - DAY) - first).days + 1)
        return Fraction(rounded(price * used))
    paid = max(0, (end - first).days)
    fee = Fraction(rounded(price * paid))
    unused = min(paid, max(0, (end - DAY - stay.last).days))
    if unused and stay.first < stay.paid_from and stay.paid_from >= stay.last:
        unused = paid  # The day on which a trial ends is given back too when it is the last one.
    return fee - truncated(min(price * unused, fee))


def rounded(value: Fraction) -> int:
    """Round half away from zero."""
    return int(value + Fraction(1, 2))


def truncated(value: Fraction) -> Fraction:
    """Keep five decimals."""
    return Fraction(int(value * 100_000), 100_000)


def is_dearer(new: tuple[str, int], old: tuple[str, int]) -> bool:
    """Say whether one plan (interval, amount) costs as much as another by the year, or more."""
    return new[1] * PER_YEAR[new[0]] >= old[1] * PER_YEAR[old[0]]
