"""Package: units are sold in packages, and a package that is begun is paid in full.

Source: docs/billing-policy.md, section "Charge models", 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from billing.money import EXACT
from billing.pricing.priced import Priced, per_unit
from billing.pricing.reading import Properties, amount_of, bound_of
from billing.pricing.usage import ZERO, Usage


@dataclass(frozen=True, slots=True)
class PackageTerms:
    """The price of a package, its size in units, and the units given away first."""

    amount: Decimal = ZERO
    package_size: Decimal = Decimal(1)
    free_units: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PackageStep:
    """The units paid after the free ones."""

    free_units: Decimal
    paid_units: Decimal
    per_package_size: Decimal
    per_package_unit_amount: Decimal


def read_package(properties: Properties) -> PackageTerms:
    """Read ``{amount, package_size, free_units}``."""
    return PackageTerms(
        amount_of(properties, "amount"),
        bound_of(properties, "package_size") or Decimal(1),
        amount_of(properties, "free_units"),
    )


def price_package(usage: Usage, terms: PackageTerms) -> Priced:
    """Return the price of all packages that were begun; the unit amount is that of a paid unit."""
    paid = max(ZERO, usage.units - terms.free_units)
    packages = (paid / terms.package_size).quantize(Decimal(1), ROUND_CEILING, EXACT)
    amount = packages * terms.amount
    step = PackageStep(terms.free_units, paid, terms.package_size, terms.amount)
    return Priced(
        amount=amount, unit_amount=per_unit(amount, paid), units=usage.shown_units, steps=(step,)
    )
