"""On which days a wallet's recurring rule tops it up."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from billing.periods import BillingTime, local_day
from billing.periods.cycles import cycle_of


def is_topup_day(
    interval: str,
    day: date,
    *,
    created_at: datetime,
    started_at: datetime | None = None,
    zone: ZoneInfo,
) -> bool:
    """Say whether a rule with an interval trigger is due on the local `day`.

    It repeats the local day of `started_at`, or else of `created_at`, on the last day of a month
    that is too short, and never on the day of its creation nor on that of its start or before.
    Whether that day has been topped up already is for the caller to know.
    """
    anchor_on = local_day(started_at or created_at, zone)
    if day <= max(anchor_on, local_day(created_at, zone)):
        return False
    return cycle_of(interval, BillingTime.ANNIVERSARY, anchor_on).is_start(day)


def next_topup_day(
    interval: str,
    after: date,
    *,
    created_at: datetime,
    started_at: datetime | None = None,
    zone: ZoneInfo,
) -> date:
    """Return the first local day later than `after` on which the rule is due."""
    anchor_on = local_day(started_at or created_at, zone)
    first = max(after, anchor_on, local_day(created_at, zone))
    return cycle_of(interval, BillingTime.ANNIVERSARY, anchor_on).next_on(first)
