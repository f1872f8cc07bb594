"""Dynamic: every event brings its own price.

Source: docs/billing-policy.md, section "Charge models", 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.pricing.priced import Priced, per_unit
from billing.pricing.reading import Properties
from billing.pricing.usage import ZERO, Usage


@dataclass(frozen=True, slots=True)
class DynamicTerms:
    """How many minor units make a currency unit: events state their price in minor units."""

    subunit: int = 100


@dataclass(frozen=True, slots=True)
class DynamicStep:
    """What the events state together, in minor units."""

    units: Decimal
    precise_total_amount_cents: Decimal


def read_dynamic(properties: Properties) -> DynamicTerms:
    """Read ``{}``: there is nothing to agree on."""
    return DynamicTerms()


def price_dynamic(usage: Usage, terms: DynamicTerms) -> Priced:
    """Return the sum of what the events state; nothing without units."""
    cents = usage.precise_total_amount_cents if usage.units else ZERO
    amount = cents / terms.subunit
    return Priced(
        amount=amount,
        unit_amount=per_unit(amount, usage.shown_units),
        units=usage.shown_units,
        steps=(DynamicStep(usage.shown_units, cents),),
    )
