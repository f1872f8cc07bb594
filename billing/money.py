"""Amounts of money: minor units, one rounding function, one splitting method.

Source: docs/billing-policy.md, section "Money".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction

EXACT = Context(prec=80)
"""Wide enough that no product of two stored numbers is ever cut."""

_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


def exponent(currency: str) -> int:
    """Return how many decimals an amount in `currency` has (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def subunit(currency: str) -> int:
    """Return how many minor units make one unit of `currency`: 1, 100 or 1000."""
    return int(10 ** exponent(currency))


def round_to_cents(value: Decimal | Fraction | int) -> int:
    """Round to an integer, half away from zero. `value` is in minor units."""
    if isinstance(value, int):
        return value
    if isinstance(value, Fraction):
        doubled = 2 * abs(value.numerator) + value.denominator
        magnitude = doubled // (2 * value.denominator)
        return magnitude if value >= 0 else -magnitude
    return int(value.quantize(Decimal(1), ROUND_HALF_UP, EXACT))


def round_to(value: Decimal | Fraction, places: int) -> Decimal:
    """Round to `places` decimals, half away from zero."""
    if isinstance(value, Fraction):
        scaled = round_to_cents(value * 10**places)
        return Decimal(scaled).scaleb(-places, EXACT)
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)


def ceil_to(value: Decimal | Fraction, places: int) -> Decimal:
    """Round up (away from zero for positive values, towards it for negative ones)."""
    if isinstance(value, Fraction):
        scaled = -((-value * 10**places).numerator // (-value * 10**places).denominator)
        return Decimal(scaled).scaleb(-places, EXACT)
    step = Decimal(1).scaleb(-places)
    return value.quantize(step, ROUND_UP if value > 0 else ROUND_DOWN, EXACT)


def floor_to(value: Decimal | Fraction, places: int) -> Decimal:
    """Round down (towards zero for positive values, away from it for negative ones)."""
    return EXACT.minus(
        ceil_to(-value if isinstance(value, Fraction) else EXACT.minus(value), places)
    )


def truncate_to(value: Decimal | Fraction, places: int) -> Decimal:
    """Cut after `places` decimals, towards zero."""
    if isinstance(value, Fraction):
        scaled = abs(value.numerator) * 10**places // value.denominator
        return Decimal(scaled if value >= 0 else -scaled).scaleb(-places, EXACT)
    return value.quantize(Decimal(1).scaleb(-places), ROUND_DOWN, EXACT)


def decimal(value: Fraction) -> Decimal:
    """Return `value` as a Decimal of 15 decimals, the precision that is stored."""
    return round_to(value, 15)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount that someone pays: whole minor units of one currency."""

    cents: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.cents < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.cents <= self._same(other)

    def __bool__(self) -> bool:
        return self.cents != 0

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} never meet")
        return other.cents

    @property
    def amount(self) -> Decimal:
        """The amount in currency units, e.g. Decimal("12.34")."""
        return Decimal(self.cents).scaleb(-exponent(self.currency), EXACT)

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """Round an amount in currency units to whole minor units."""
        return cls(round_to_cents(EXACT.multiply(amount, Decimal(subunit(currency)))), currency)

    def split(self, weights: Sequence[Fraction | int]) -> list[Money]:
        """Share out by `weights` with the largest-remainder method; no cent is lost.

        Raises ValueError if a weight is negative or all are zero.
        """
        shares = [Fraction(weight) for weight in weights]
        total = sum(shares, Fraction(0))
        if any(share < 0 for share in shares) or total == 0:
            raise ValueError("weights must not be negative, and one must be positive")
        sign, size = (-1, -self.cents) if self.cents < 0 else (1, self.cents)
        exact = [size * share / total for share in shares]
        whole = [share.numerator // share.denominator for share in exact]
        by_remainder = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
        for index in by_remainder[: size - sum(whole)]:
            whole[index] += 1
        return [Money(sign * cents, self.currency) for cents in whole]
