"""The lines of an invoice as the pure core sees them, and the steps that explain a bill.

Amounts are minor units of the invoice's currency. Keys are chosen by the caller (any hashable value,
in practice a primary key) and come back unchanged.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from billing.money import Money

ZERO = Decimal(0)


class FeeType(StrEnum):
    """What a line is billed for."""

    SUBSCRIPTION = "subscription"
    CHARGE = "charge"
    FIXED_CHARGE = "fixed_charge"
    COMMITMENT = "commitment"
    ADD_ON = "add_on"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """One tax: `rate` is a percentage (20 is 20 %)."""

    key: Hashable
    code: str
    rate: Decimal
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One fee before the invoice's own steps.

    `plans` holds the subscription's plan and, for an override, the plan it was made from.
    `precise_coupons_amount_cents` is what coupons and progressive credit have taken off; it is zero in a
    request, and the steps of the bill fill it.
    Raises ValueError if the amount is negative.
    """

    key: Hashable
    fee_type: str
    amount_cents: int
    precise_amount_cents: Decimal | None = None
    metric: Hashable | None = None
    charge: Hashable | None = None
    charge_filter: Hashable | None = None
    group: Hashable | None = None
    subscription: Hashable | None = None
    plans: tuple[Hashable, ...] = ()
    taxes: tuple[TaxTerms, ...] = ()
    precise_coupons_amount_cents: Decimal = field(default=ZERO)

    def __post_init__(self) -> None:
        if self.amount_cents < 0:
            raise ValueError("a line is never negative")

    @property
    def base_cents(self) -> Decimal:
        """What is left of the amount after coupons and progressive credit, before taxes."""
        return self.amount_cents - self.precise_coupons_amount_cents


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of a bill did: `name` of the step, `key` of what acted, and a sentence why.

    `amount_cents` is positive for what is added (fees, taxes) and negative for what is taken off.
    """

    name: str
    amount_cents: int
    why: str
    key: Hashable | None = None


def spell(cents: int | Decimal, currency: str) -> str:
    """Write an amount for a sentence: ``12.34 EUR``."""
    return f"{Money(int(cents), currency).amount} {currency}"
