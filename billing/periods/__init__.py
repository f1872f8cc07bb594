"""Billing periods: which span of time an invoice bills, and on which day.

Everything is computed on local civil days from the subscription's anchor, never by adding to the
period before, so that a short month does not drag the anchor along. Periods are half open.

Source: docs/billing-policy.md, section "Periods".
"""

from billing.periods.attribution import Candidate, attribute
from billing.periods.billing_days import is_billing_day, next_billing_day_after
from billing.periods.boundaries import Boundaries, Reason, boundaries
from billing.periods.civil import (
    MILLISECOND,
    Period,
    days,
    floor_to_millisecond,
    inclusive_end,
    local_day,
    midnight,
)
from billing.periods.cycles import (
    Cycle,
    charges_cycle,
    day_after_period,
    fixed_charges_cycle,
    natural_period,
    next_period,
    period_days,
    previous_period,
    subscription_cycle,
)
from billing.periods.terms import BilledTo, BillingTime, Interval, SubscriptionTerms, Succession

__all__ = [
    "MILLISECOND",
    "BilledTo",
    "BillingTime",
    "Boundaries",
    "Candidate",
    "Cycle",
    "Interval",
    "Period",
    "Reason",
    "SubscriptionTerms",
    "Succession",
    "attribute",
    "boundaries",
    "charges_cycle",
    "day_after_period",
    "days",
    "fixed_charges_cycle",
    "floor_to_millisecond",
    "inclusive_end",
    "is_billing_day",
    "local_day",
    "midnight",
    "natural_period",
    "next_billing_day_after",
    "next_period",
    "period_days",
    "previous_period",
    "subscription_cycle",
]
