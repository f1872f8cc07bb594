"""Whether a change of plan is an upgrade, which happens at once, or a downgrade."""

from __future__ import annotations

from billing.periods import Interval, Succession

_PERIODS_A_YEAR = {
    Interval.WEEKLY: 52,
    Interval.MONTHLY: 12,
    Interval.QUARTERLY: 4,
    Interval.SEMIANNUAL: 2,
    Interval.YEARLY: 1,
}


def yearly_amount_cents(interval: str, amount_cents: int) -> int:
    """Return what a plan costs in a year, in minor units; it only serves to compare plans."""
    return amount_cents * _PERIODS_A_YEAR[Interval(interval)]


def plan_change(current_yearly_cents: int, new_yearly_cents: int) -> Succession:
    """Say what a change of plan is, by the yearly amounts; an equal amount is an upgrade."""
    is_cheaper = new_yearly_cents < current_yearly_cents
    return Succession.DOWNGRADE if is_cheaper else Succession.UPGRADE
