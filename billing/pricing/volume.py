"""Volume: the tier that the total falls into prices all units.

Source: docs/billing-policy.md, section "Charge models", 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from billing.pricing.priced import Priced, per_unit
from billing.pricing.ranges import Tier, TieredTerms, read_tiers
from billing.pricing.reading import Properties
from billing.pricing.usage import ZERO, Usage


@dataclass(frozen=True, slots=True)
class VolumeStep:
    """The flat amount, and the average and the sum of what the units cost."""

    flat_unit_amount: Decimal
    per_unit_amount: Decimal
    per_unit_total_amount: Decimal


def read_volume(properties: Properties) -> TieredTerms:
    """Read ``{volume_ranges: [{from_value, to_value, per_unit_amount, flat_amount}]}``."""
    return read_tiers(properties, "volume_ranges", "per_unit_amount")


def price_volume(usage: Usage, terms: TieredTerms) -> Priced:
    """Return the units at the price of their tier, and its flat amount.

    When the charge is prorated the full units choose the tier, the prorated ones are priced, and
    the flat amount is due in full.
    """
    tier = _tier_of(usage.shown_units, terms.tiers)
    total = usage.units * tier.price
    amount = total + tier.flat_amount
    return Priced(
        amount=amount,
        unit_amount=per_unit(amount, usage.shown_units),
        units=usage.shown_units,
        steps=(VolumeStep(tier.flat_amount, per_unit(total, usage.shown_units), total),),
    )


def _tier_of(units: Decimal, tiers: tuple[Tier, ...]) -> Tier:
    """Return the tier of a total; one between 100 and 101 belongs to the tier from 101 on."""
    whole = max(ZERO, units.to_integral_value(ROUND_CEILING))
    return next(
        (tier for tier in tiers if tier.from_value <= whole and tier.holds(units)), tiers[-1]
    )
