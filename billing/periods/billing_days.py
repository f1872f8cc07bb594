"""On which local days a subscription is billed."""

from __future__ import annotations

from datetime import date, timedelta

from billing.periods.civil import local_day, midnight
from billing.periods.cycles import billing_cycle, subscription_cycle
from billing.periods.terms import BilledTo, SubscriptionTerms


def is_billing_day(terms: SubscriptionTerms, day: date, billed_to: BilledTo | None = None) -> bool:
    """Say whether an active subscription is billed on the local `day`.

    Never on the day it started or before it was created; not on the day it ends, since the
    terminating invoice then bills the finished period. Whether that day has been billed already
    is for the caller to know: a local day is billed once. `billed_to` matters where the customer
    has moved to a timezone in which a day comes again whose period has been billed.
    """
    return billing_cycle(terms).is_start(day) and _may_bill_on(terms, day, billed_to)


def next_billing_day_after(
    terms: SubscriptionTerms, day: date, billed_to: BilledTo | None = None
) -> date | None:
    """Return the first billing day after the local `day`, or None if it ends before.

    Arguments as for `is_billing_day`.
    """
    cycle = billing_cycle(terms)
    after = max(day, terms.started_on)
    if terms.created_at:
        after = max(after, local_day(terms.created_at, terms.zone) - timedelta(days=1))
    candidate = cycle.next_on(after)
    if _is_just_billed(terms, candidate, billed_to):
        candidate = cycle.next_on(candidate)
    return candidate if _may_bill_on(terms, candidate, billed_to) else None


def _may_bill_on(terms: SubscriptionTerms, day: date, billed_to: BilledTo | None) -> bool:
    zone = terms.zone
    if day <= terms.started_on or _is_just_billed(terms, day, billed_to):
        return False
    if terms.created_at and day < local_day(terms.created_at, zone):
        return False
    if terms.terminated_at and day > local_day(terms.terminated_at, zone):
        return False
    return terms.ending_at is None or day < local_day(terms.ending_at, zone)


def _is_just_billed(terms: SubscriptionTerms, day: date, billed_to: BilledTo | None) -> bool:
    if billed_to is None:
        return False
    start = midnight(day, terms.zone)
    if billed_to.usage is not None and start - billed_to.usage < terms.moving_time:
        return True
    if not terms.pay_in_advance or not subscription_cycle(terms).is_start(day):
        return False
    return (
        billed_to.subscription is not None and billed_to.subscription - start >= terms.moving_time
    )
