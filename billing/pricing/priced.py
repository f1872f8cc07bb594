"""What a charge model answers: an amount, and the steps that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from billing.money import EXACT, round_to
from billing.pricing.usage import ZERO


def per_unit(amount: Decimal, units: Decimal) -> Decimal:
    """Return `amount` divided by `units` at the stored precision (15 decimals), 0 for no units."""
    return ZERO if units == 0 else round_to(EXACT.divide(amount, units), 15)


@dataclass(frozen=True, kw_only=True)
class Priced:
    """The amount of some usage in currency units, unrounded.

    `unit_amount` is the average price of a unit; `units` are the ones shown (before proration);
    `steps` are the rows of the calculation, in the dataclass of the model.
    """

    amount: Decimal
    unit_amount: Decimal
    units: Decimal
    steps: tuple[object, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PricedCharge:
    """A charge priced in a currency: what a fee stores.

    `amount` and `unit_amount` are in currency units, `precise_amount_cents` is the unrounded
    amount in minor units, and `amount_cents` is what is summed on invoices. `details` is the
    `amount_details` of the API: the steps as strings.
    """

    units: Decimal
    amount: Decimal
    unit_amount: Decimal
    precise_amount_cents: Decimal
    amount_cents: int
    steps: tuple[object, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)
