"""The free trial of a subscription: when it ends, and whether its end makes an invoice.

A trial suspends the subscription fee only; usage is billed as ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from billing.periods import SubscriptionTerms, is_billing_day, local_day

_DAY_MICROSECONDS = 86_400_000_000


def trial_end(starts: Iterable[datetime], trial_days: Decimal | int) -> datetime | None:
    """Return the moment at which a trial of `trial_days` days ends, or None without a trial.

    `starts` are the starts of all of this customer's subscriptions with the same external id: the
    trial runs from the earliest, so that a new subscription or an upgrade gives no second one.
    Parts of a day count.
    """
    if trial_days <= 0:
        return None
    length = Fraction(trial_days) * _DAY_MICROSECONDS
    return min(starts) + timedelta(microseconds=length.numerator // length.denominator)


def is_running(trial_ends_at: datetime | None, at: datetime) -> bool:
    """Say whether a trial has not ended yet at the moment `at`."""
    return trial_ends_at is not None and at < trial_ends_at


def suspends_fee(trial_ends_at: datetime | None, at: datetime, zone: ZoneInfo) -> bool:
    """Say whether there is no subscription fee at `at`: the trial ends after that local day."""
    return trial_ends_at is not None and local_day(trial_ends_at, zone) > local_day(at, zone)


def end_makes_invoice(terms: SubscriptionTerms, trial_ends_at: datetime) -> bool:
    """Say whether the end of the trial makes an invoice of its own.

    Only a plan in advance bills then, and not on a billing day: there the periodic invoice does.
    """
    day = local_day(trial_ends_at, terms.zone)
    return terms.pay_in_advance and not is_billing_day(terms, day)
