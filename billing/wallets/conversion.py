"""Credits to money and back."""

from __future__ import annotations

from decimal import Decimal

from billing.exact import exact
from billing.money import Money, round_to, subunit, truncate_to

PLACES = 5


def floored(credits: Decimal) -> Decimal:
    """Cut credits after 5 decimals, as they are kept."""
    return truncate_to(credits, PLACES)


@exact
def amount_for(credits: Decimal, rate: Decimal, currency: str) -> int:
    """Return what `credits` are worth in minor units, at `rate` currency units a credit."""
    return Money.of(credits * rate, currency).cents


@exact
def credits_for(amount_cents: int | Decimal, rate: Decimal, currency: str) -> Decimal:
    """Return how many credits `amount_cents` buys at `rate`, 5 decimals."""
    return round_to(Decimal(amount_cents) / subunit(currency) / rate, PLACES)
