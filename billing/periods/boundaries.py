"""What an invoice made at a moment bills: the subscription, the charges, the fixed charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from billing.periods.civil import MILLISECOND, Period, floor_to_millisecond, local_day, midnight
from billing.periods.cycles import (
    Cycle,
    charges_cycle,
    cycle_period,
    fixed_charges_cycle,
    subscription_cycle,
)
from billing.periods.terms import BilledTo, SubscriptionTerms

_LATE = timedelta(hours=24)


class Reason(StrEnum):
    """Why an invoice is made."""

    STARTING = "starting"
    PERIODIC = "periodic"
    TERMINATING = "terminating"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    CURRENT_USAGE = "current_usage"


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The three periods of one subscription on one invoice.

    `subscription` is always there, since the invoice shows it, but need not be billed: ask
    `billing.subscription_fee.bills_subscription_fee`. `charges` and `fixed_charges` are None in a
    month in which they are not billed and empty on a starting invoice. What is paid in advance is
    billed for the running period: `boundaries(terms, at, Reason.CURRENT_USAGE)`.
    """

    subscription: Period
    charges: Period | None
    fixed_charges: Period | None


def boundaries(
    terms: SubscriptionTerms,
    at: datetime,
    reason: str,
    *,
    is_previous_billed: bool = True,
    billed_to: BilledTo | None = None,
) -> Boundaries:
    """Return what is billed at the moment `at` for `reason`.

    An end (terminating, upgrade, downgrade) needs `terms.terminated_at`; otherwise an end after
    `at` is not known yet, so that a draft keeps its periods. `is_previous_billed` says, for a
    termination, whether the period before has its periodic invoice. `billed_to` matters where the
    customer has moved to another timezone since: the next period then starts where the last one
    ended, or, if none has been billed, at the start of the subscription, so that nothing is billed
    twice and nothing is left out.
    """
    moment = at
    end = terms.end if terms.terminated_at and terms.terminated_at <= at else None
    if reason in (Reason.TERMINATING, Reason.UPGRADE) and terms.terminated_at is not None:
        moment, end = terms.terminated_at, terms.end
    day = local_day(moment, terms.zone)
    is_late = not is_previous_billed and terms.succeeded_by is None and day > terms.started_on
    view = _View(terms, day, reason, end, is_late)
    charges, fixed = charges_cycle(terms), fixed_charges_cycle(terms)
    if billed_to is None:
        return Boundaries(
            view.subscription(None),
            view.part(charges, fixed, None),
            view.part(fixed, charges, None),
        )
    # What is before a start in the past was never to be billed here.
    unbilled = None if terms.is_started_in_past else terms.first_moment
    return Boundaries(
        view.subscription(billed_to.subscription),
        view.part(charges, fixed, billed_to.charges or unbilled),
        view.part(fixed, charges, billed_to.fixed_charges or unbilled),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """One look at the terms on one local day for one reason."""

    terms: SubscriptionTerms
    day: date
    reason: str
    end: datetime | None
    is_late: bool

    def subscription(self, billed_to: datetime | None) -> Period:
        """Return the subscription period, from the beginning of the first local day on."""
        is_ahead = self.terms.pay_in_advance and self.reason != Reason.DOWNGRADE
        natural = self._natural(subscription_cycle(self.terms), is_ahead=is_ahead)
        first = midnight(self.terms.started_on, self.terms.zone)
        end = self._clamped(natural.end)
        if end <= self.terms.first_moment:
            # It lies wholly before the start; what is shown is the first day up to the start.
            return Period(first, self.terms.first_moment + MILLISECOND)
        start = max(natural.start, first)
        # Up to the start itself, nothing but the shown moment of it has been billed.
        is_billed = billed_to and billed_to > self.terms.first_moment + MILLISECOND
        if billed_to and is_billed and start < billed_to < start + self.terms.moving_time:
            start = billed_to
        return Period(min(start, end), end)

    def part(self, cycle: Cycle, other: Cycle, billed_to: datetime | None) -> Period | None:
        """Return the period of charges or fixed charges, from the exact start on."""
        first = self.terms.first_moment
        if self.reason == Reason.STARTING:
            return Period(first, first)
        if self._is_month_of_the_other(cycle, other):
            return None
        natural = self._natural(cycle, is_ahead=False)
        start = max(self._joined(natural.start, billed_to), first)
        end = max(self._clamped(natural.end), first)
        return Period(min(start, end), end)

    def _is_month_of_the_other(self, cycle: Cycle, other: Cycle) -> bool:
        """Say whether this invoice is made only for the part with the shorter cycle."""
        if self.reason not in (Reason.PERIODIC, Reason.DOWNGRADE) or cycle.months <= other.months:
            return False
        return cycle.start_on(self.day) != other.start_on(self.day)

    def _natural(self, cycle: Cycle, *, is_ahead: bool) -> Period:
        if self._is_running(cycle, is_ahead):
            return cycle_period(cycle, self.day, self.terms.zone)
        return cycle_period(cycle, cycle.previous_on(self.day), self.terms.zone)

    def _is_running(self, cycle: Cycle, is_ahead: bool) -> bool:
        """Say whether the period around the day is billed, rather than the one before."""
        if is_ahead or self.reason in (Reason.STARTING, Reason.UPGRADE, Reason.CURRENT_USAGE):
            return True
        return self.reason == Reason.TERMINATING and not self._has_just_begun(cycle)

    def _has_just_begun(self, cycle: Cycle) -> bool:
        """Say whether a late end came in the first 24 hours, which then are not billed."""
        if not self.is_late or self.terms.terminated_at is None:
            return False
        start = midnight(cycle.start_on(self.day), self.terms.zone)
        return self.terms.terminated_at - start < _LATE

    def _clamped(self, end: datetime) -> datetime:
        return end if self.end is None else min(end, self.end)

    def _joined(self, start: datetime, billed_to: datetime | None) -> datetime:
        """Let a period that would start near the last billed end, or before it, start there."""
        if billed_to is None or start - billed_to >= self.terms.moving_time:
            return start
        return floor_to_millisecond(billed_to)
