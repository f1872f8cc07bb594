"""Graduated percentage: every tier takes its share of the units that fall into it.

Source: docs/billing-policy.md, section "Charge models", 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.pricing.priced import Priced, per_unit
from billing.pricing.ranges import Tier, TieredTerms, covered, read_tiers
from billing.pricing.reading import Properties
from billing.pricing.usage import ZERO, Usage


@dataclass(frozen=True, slots=True)
class GraduatedPercentageStep:
    """What one tier costs. A `rate` of 1.5 is 1.5 %."""

    from_value: Decimal
    to_value: Decimal | None
    units: Decimal
    rate: Decimal
    per_unit_total_amount: Decimal
    flat_unit_amount: Decimal
    total_with_flat_amount: Decimal


def read_graduated_percentage(properties: Properties) -> TieredTerms:
    """Read ``{graduated_percentage_ranges: [{from_value, to_value, rate, flat_amount}]}``."""
    return read_tiers(properties, "graduated_percentage_ranges", "rate")


def price_graduated_percentage(usage: Usage, terms: TieredTerms) -> Priced:
    """Return the sum of the tiers reached, each with its flat amount."""
    steps = tuple(_step(tier, units) for tier, units in covered(terms.tiers, usage.units))
    amount = sum((step.total_with_flat_amount for step in steps), ZERO)
    return Priced(
        amount=amount,
        unit_amount=per_unit(amount, usage.shown_units),
        units=usage.shown_units,
        steps=steps,
    )


def _step(tier: Tier, units: Decimal) -> GraduatedPercentageStep:
    total = units * tier.price / 100
    return GraduatedPercentageStep(
        tier.from_value,
        tier.to_value,
        units,
        tier.price,
        total,
        tier.flat_amount,
        total + tier.flat_amount,
    )
