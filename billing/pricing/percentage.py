"""Percentage: a share of the units, and a fixed amount for each event that is not free.

Source: docs/billing-policy.md, section "Charge models", 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.pricing.free_usage import free_events, free_units
from billing.pricing.priced import Priced, per_unit
from billing.pricing.reading import Properties, amount_of, bound_of
from billing.pricing.usage import ZERO, Usage


@dataclass(frozen=True, slots=True)
class PercentageTerms:
    """A `rate` of 1.5 is 1.5 %; amounts are in currency units.

    `free_events` and `free_total` are the allowances per number of events and per total of units;
    `minimum` and `maximum` bound what a single event costs.
    """

    rate: Decimal = ZERO
    fixed_amount: Decimal = ZERO
    free_events: int = 0
    free_total: Decimal = ZERO
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    @property
    def is_bounded(self) -> bool:
        """Say whether each event is priced by itself."""
        return self.minimum is not None or self.maximum is not None

    def bounded(self, amount: Decimal) -> Decimal:
        """Raise `amount` to the minimum, then lower it to the maximum of an event."""
        raised = amount if self.minimum is None else max(amount, self.minimum)
        return raised if self.maximum is None else min(raised, self.maximum)


@dataclass(frozen=True, slots=True)
class PercentageStep:
    """What is free, what is paid, and what the bounds of an event changed."""

    units: Decimal
    free_units: Decimal
    paid_units: Decimal
    free_events: int
    paid_events: int
    rate: Decimal
    per_unit_total_amount: Decimal
    fixed_fee_unit_amount: Decimal
    fixed_fee_total_amount: Decimal
    min_max_adjustment_total_amount: Decimal


def read_percentage(properties: Properties) -> PercentageTerms:
    """Read the rate, the fixed amount, the allowances and the bounds."""
    return PercentageTerms(
        amount_of(properties, "rate"),
        amount_of(properties, "fixed_amount"),
        int(amount_of(properties, "free_units_per_events")),
        amount_of(properties, "free_units_per_total_aggregation"),
        bound_of(properties, "per_transaction_min_amount"),
        bound_of(properties, "per_transaction_max_amount"),
    )


def price_percentage(usage: Usage, terms: PercentageTerms) -> Priced:
    """Return the share of the paid units and the fixed amount of each paid event."""
    step = _event_by_event(usage, terms) if terms.is_bounded else _all_at_once(usage, terms)
    amount = (
        step.per_unit_total_amount
        + step.fixed_fee_total_amount
        + step.min_max_adjustment_total_amount
    )
    return Priced(
        amount=amount,
        unit_amount=per_unit(amount, usage.shown_units),
        units=usage.shown_units,
        steps=(step,),
    )


def price_percentage_instant(units: Decimal, terms: PercentageTerms) -> Priced:
    """Return what a single event of `units` costs by itself; allowances do not matter."""
    share, fixed = units * terms.rate / 100, terms.fixed_amount
    amount = terms.bounded(share + fixed)
    step = PercentageStep(
        units, ZERO, units, 0, 1, terms.rate, share, fixed, fixed, amount - share - fixed
    )
    return Priced(amount=amount, unit_amount=per_unit(amount, units), units=units, steps=(step,))


def _all_at_once(usage: Usage, terms: PercentageTerms) -> PercentageStep:
    count = usage.events_count
    free = free_units(usage, terms.free_events, terms.free_total)
    not_paid = free_events(usage, terms.free_events, terms.free_total)
    paid_events = 0 if usage.units == 0 else max(0, count - not_paid)
    paid = max(ZERO, usage.units - free)
    return PercentageStep(
        units=usage.units,
        free_units=free,
        paid_units=paid,
        free_events=min(not_paid, count),
        paid_events=paid_events,
        rate=terms.rate,
        per_unit_total_amount=paid * terms.rate / 100,
        fixed_fee_unit_amount=terms.fixed_amount,
        fixed_fee_total_amount=paid_events * terms.fixed_amount,
        min_max_adjustment_total_amount=ZERO,
    )


def _event_by_event(usage: Usage, terms: PercentageTerms) -> PercentageStep:
    """Price each event by itself: first the total allowance is used up, else the first events."""
    left, paid, amount, paid_events = terms.free_total, ZERO, ZERO, 0
    for number, value in enumerate(usage.values):
        if left > max(ZERO, value):
            left -= value
            continue
        if terms.free_total == 0 and number < terms.free_events:
            continue
        # The event that exceeds the allowance pays for the rest of its value.
        rest, left = value - left, ZERO
        paid, paid_events = paid + rest, paid_events + 1
        amount += terms.bounded(rest * terms.rate / 100 + terms.fixed_amount)
    share, fixed = paid * terms.rate / 100, paid_events * terms.fixed_amount
    return PercentageStep(
        units=usage.units,
        free_units=usage.units - paid,
        paid_units=paid,
        free_events=len(usage.values) - paid_events,
        paid_events=paid_events,
        rate=terms.rate,
        per_unit_total_amount=share,
        fixed_fee_unit_amount=terms.fixed_amount,
        fixed_fee_total_amount=fixed,
        min_max_adjustment_total_amount=amount - share - fixed,
    )
