"""What of a subscription and its plan decides when it is billed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from billing.periods.civil import MILLISECOND, floor_to_millisecond, local_day


class Interval(StrEnum):
    """How often a plan is billed."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    YEARLY = "yearly"


class BillingTime(StrEnum):
    """What the periods are aligned to: the calendar, or the day of `subscription_at`."""

    CALENDAR = "calendar"
    ANNIVERSARY = "anniversary"


class Succession(StrEnum):
    """How a subscription made way for the next one of the same external id."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionTerms:
    """A subscription as far as time is concerned; all moments are aware.

    `zone` is the customer's applicable timezone. `succeeded_by` is set once the next subscription
    has taken over; its start is then `terminated_at`. The two monthly flags mean something for
    yearly and semiannual plans only and are ignored otherwise.
    """

    interval: str
    billing_time: str
    pay_in_advance: bool
    subscription_at: datetime
    started_at: datetime
    zone: ZoneInfo
    terminated_at: datetime | None = None
    succeeded_by: str | None = None
    ending_at: datetime | None = None
    created_at: datetime | None = None
    bill_charges_monthly: bool = False
    bill_fixed_charges_monthly: bool = False

    @property
    def anchor_on(self) -> date:
        """The local day that an anniversary repeats."""
        return local_day(self.subscription_at, self.zone)

    @property
    def started_on(self) -> date:
        """The local day of the start."""
        return local_day(self.started_at, self.zone)

    @property
    def has_monthly_part(self) -> bool:
        """Whether charges or fixed charges are billed each month of a longer period."""
        is_long = self.interval in (Interval.YEARLY, Interval.SEMIANNUAL)
        return is_long and (self.bill_charges_monthly or self.bill_fixed_charges_monthly)

    @property
    def is_started_in_past(self) -> bool:
        """Whether it was created with a start on an earlier (UTC) day."""
        if self.created_at is None:
            return False
        return self.started_at.astimezone(UTC).date() < self.created_at.astimezone(UTC).date()

    @property
    def is_upgraded(self) -> bool:
        """Whether a subscription of an equal or higher yearly amount has taken over."""
        return self.terminated_at is not None and self.succeeded_by == Succession.UPGRADE

    @property
    def moving_time(self) -> timedelta:
        """How far apart a boundary may lie after the customer has moved to another timezone.

        Midnights of one day are never 26 hours apart. The anniversary may fall on the next day
        there too, and from the 28th of February to the 1st of March it is four days in March.
        """
        is_monthly = self.interval != Interval.WEEKLY
        is_anniversary = self.billing_time == BillingTime.ANNIVERSARY
        return timedelta(hours=26, days=3 if is_monthly and is_anniversary else 0)

    @property
    def first_moment(self) -> datetime:
        """The first moment whose usage is billed."""
        return floor_to_millisecond(self.started_at)

    @property
    def end(self) -> datetime | None:
        """The first moment that is no longer billed, if it has been terminated.

        The moment of a termination is still billed; the moment of an upgrade or a downgrade
        belongs to the next subscription.
        """
        if self.terminated_at is None:
            return None
        last = floor_to_millisecond(self.terminated_at)
        return last if self.succeeded_by else last + MILLISECOND


@dataclass(frozen=True, slots=True)
class BilledTo:
    """Where the last billed periods of a subscription end (exclusive); None for none billed."""

    subscription: datetime | None = None
    charges: datetime | None = None
    fixed_charges: datetime | None = None

    @property
    def usage(self) -> datetime | None:
        """The later end of charges and fixed charges."""
        ends = [end for end in (self.charges, self.fixed_charges) if end is not None]
        return max(ends, default=None)
