"""Standard: each unit costs the same.

Source: docs/billing-policy.md, section "Charge models", 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.pricing.priced import Priced, per_unit
from billing.pricing.reading import Properties, amount_of
from billing.pricing.usage import ZERO, Usage


@dataclass(frozen=True, slots=True)
class StandardTerms:
    """The price of a unit in currency units."""

    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class StandardStep:
    """So many units at this price."""

    units: Decimal
    per_unit_amount: Decimal
    total_amount: Decimal


def read_standard(properties: Properties) -> StandardTerms:
    """Read ``{amount}``."""
    return StandardTerms(amount_of(properties, "amount"))


def price_standard(usage: Usage, terms: StandardTerms) -> Priced:
    """Return units times the price of one."""
    amount = usage.units * terms.amount
    return Priced(
        amount=amount,
        unit_amount=per_unit(amount, usage.shown_units),
        units=usage.shown_units,
        steps=(StandardStep(usage.units, terms.amount, amount),),
    )
