"""Graduated: every tier prices the units that fall into it.

Source: docs/billing-policy.md, section "Charge models", 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.pricing.priced import Priced, per_unit
from billing.pricing.ranges import Tier, TieredTerms, covered, read_tiers
from billing.pricing.reading import Properties
from billing.pricing.usage import ZERO, Usage


@dataclass(frozen=True, slots=True)
class GraduatedStep:
    """What one tier costs."""

    from_value: Decimal
    to_value: Decimal | None
    units: Decimal
    per_unit_amount: Decimal
    per_unit_total_amount: Decimal
    flat_unit_amount: Decimal
    total_with_flat_amount: Decimal


def read_graduated(properties: Properties) -> TieredTerms:
    """Read ``{graduated_ranges: [{from_value, to_value, per_unit_amount, flat_amount}]}``."""
    return read_tiers(properties, "graduated_ranges", "per_unit_amount")


def price_graduated(usage: Usage, terms: TieredTerms) -> Priced:
    """Return the sum of the tiers reached, each with its flat amount.

    Without any unit the flat amount of the first tier is still due.
    """
    steps = tuple(_step(tier, units) for tier, units in covered(terms.tiers, usage.units))
    amount = sum((step.total_with_flat_amount for step in steps), ZERO)
    return Priced(
        amount=amount,
        unit_amount=per_unit(amount, usage.shown_units),
        units=usage.shown_units,
        steps=steps,
    )


def _step(tier: Tier, units: Decimal) -> GraduatedStep:
    total = units * tier.price
    return GraduatedStep(
        tier.from_value,
        tier.to_value,
        units,
        tier.price if units else ZERO,
        total,
        tier.flat_amount,
        total + tier.flat_amount,
    )
