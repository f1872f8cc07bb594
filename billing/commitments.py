"""Least amounts: what is charged on top when a charge or a whole plan brought too little.

Source: docs/billing-policy.md, sections "Spending minimum" and "Minimum commitment".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from billing.money import round_to_cents
from billing.proration import share


@dataclass(frozen=True, slots=True)
class TrueUp:
    """The amount to add, in minor units; 0 if enough was used.

    `target` is the least amount for `days` of `period_days`; `used_cents` counts towards it.
    """

    amount_cents: int
    target: Fraction
    used_cents: int
    days: int
    period_days: int


def spending_minimum(minimum_cents: int, *, used_cents: int, days: int, period_days: int) -> TrueUp:
    """Return what is missing to the spending minimum of one charge in arrears.

    `used_cents` is the sum of the charge's fees; `days` are the billable days of the charges
    period and `period_days` its full natural length. The minimum is not rounded before the
    difference is.
    """
    target = share(minimum_cents, days, period_days)
    missing = round_to_cents(max(target - used_cents, Fraction(0)))
    return TrueUp(missing, target, used_cents, days, period_days)


def minimum_commitment(
    commitment_cents: int, *, used_cents: int, days: int, period_days: int
) -> TrueUp:
    """Return what is missing to the minimum commitment of a plan in one period.

    `used_cents` is the sum, before coupons and tax, of the period's subscription fee, charges and
    fixed charges. `days` run from the first billed day to the end of the period or of the
    subscription. The target is rounded before the difference is taken.
    """
    target = round_to_cents(share(commitment_cents, days, period_days))
    missing = max(target - used_cents, 0)
    return TrueUp(missing, Fraction(target), used_cents, days, period_days)
