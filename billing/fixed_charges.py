"""How many units of a fixed charge are billed, and what an upgrade gives back.

Source: docs/billing-policy.md, section "Fixed charges".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from billing.money import round_to, round_to_cents
from billing.periods import Period, days, local_day
from billing.proration import share

PRORATED_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class UnitsChange:
    """From the moment `at` on, `units` are in force."""

    at: datetime
    units: Decimal


def units_in_force(changes: Iterable[UnitsChange], at: datetime) -> Decimal:
    """Return the units at the moment `at`; none before the first change."""
    earlier = [change for change in changes if change.at <= at]
    return max(earlier, key=lambda change: change.at).units if earlier else Decimal(0)


def units_in_arrears(changes: Iterable[UnitsChange], period: Period) -> Decimal:
    """Return the last units of `period`, which a charge that is not prorated bills in full."""
    earlier = [change for change in changes if change.at < period.end]
    return max(earlier, key=lambda change: change.at).units if earlier else Decimal(0)


def prorated_units_in_arrears(
    changes: Iterable[UnitsChange], period: Period, *, period_days: int, zone: ZoneInfo
) -> Decimal:
    """Return the units of `period` weighted by the local days in which they were in force.

    The day of a change belongs to the new value. `period_days` is the full natural length; each
    value's share is rounded to 6 decimals.
    """
    spans = _spans(changes, period, zone)
    shares = [
        round_to(Fraction(units) * span / period_days, PRORATED_DECIMALS) for units, span in spans
    ]
    return sum(shares, Decimal(0))


def _spans(
    changes: Iterable[UnitsChange], period: Period, zone: ZoneInfo
) -> list[tuple[Decimal, int]]:
    """Return each value of `period` with the number of days for which it holds."""
    known = sorted((change for change in changes if change.at < period.end), key=lambda c: c.at)
    before = [change for change in known if change.at <= period.start]
    inside = [change for change in known if change.at > period.start]
    steps = [UnitsChange(period.start, change.units) for change in before[-1:]] + inside
    spans = []
    for index, step in enumerate(steps):
        if index + 1 < len(steps):
            following_on = local_day(steps[index + 1].at, zone)
            span = (following_on - local_day(step.at, zone)).days
        else:
            span = days(Period(step.at, period.end), zone)
        spans.append((step.units, span))
    return spans


def prorated_units(units: Decimal, billed_days: int, period_days: int) -> Decimal:
    """Return the units that are billed in advance for `billed_days` of `period_days`."""
    return round_to(Fraction(units) * billed_days / period_days, PRORATED_DECIMALS)


def units_of_increase(before: Decimal, after: Decimal) -> Decimal:
    """Return the units that a change in mid-period bills in advance: never less than none.

    A decrease gives nothing back. `prorated_units` then weighs them by the remaining days, from
    the local day of the change on.
    """
    return max(after - before, Decimal(0))


def fee_after_upgrade(fee_cents: int, *, paid_cents: int, current_days: int, paid_days: int) -> int:
    """Return the fee of a prorated add-on in advance that the plan before an upgrade had too.

    `fee_cents` covers `current_days`; the part of `paid_cents`, which was paid for `paid_days`,
    that falls on the same days is taken off. Never negative; in minor units.
    """
    if paid_days <= 0:
        return fee_cents
    return max(fee_cents - round_to_cents(share(paid_cents, current_days, paid_days)), 0)
