"""Tiers: the rows of a price table, and which of them some units reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from billing.pricing.reading import Properties, amount_of, bound_of, rows_of
from billing.pricing.usage import ZERO


@dataclass(frozen=True, slots=True)
class Tier:
    """A row of a price table. `to_value` is included in it; None is without end.

    `price` is the amount of a unit (graduated, volume) or a percentage (graduated percentage).
    """

    from_value: Decimal
    to_value: Decimal | None
    price: Decimal
    flat_amount: Decimal = ZERO

    def holds(self, units: Decimal) -> bool:
        """Say whether the tier reaches up to `units`."""
        return self.to_value is None or units <= self.to_value

    def reached(self, units: Decimal) -> Decimal:
        """Return `units`, or the end of the tier if that comes first."""
        return units if self.to_value is None else min(units, self.to_value)


@dataclass(frozen=True, slots=True)
class TieredTerms:
    """A price table, its rows in ascending order."""

    tiers: tuple[Tier, ...]


def read_tiers(properties: Properties, name: str, price: str) -> TieredTerms:
    """Read the table `name`, whose rows have their price under `price`."""
    return TieredTerms(
        tuple(
            Tier(
                amount_of(row, "from_value"),
                bound_of(row, "to_value"),
                amount_of(row, price),
                amount_of(row, "flat_amount"),
            )
            for row in rows_of(properties, name)
        )
    )


def are_adjacent(tiers: Sequence[Tier]) -> bool:
    """Say whether each tier starts at the very value where the one before ends."""
    pairs = list(pairwise(tiers))
    return bool(pairs) and all(after.from_value == before.to_value for before, after in pairs)


def covered(tiers: Sequence[Tier], units: Decimal) -> Iterator[tuple[Tier, Decimal]]:
    """Yield each tier that `units` reach with the units that fall into it.

    A table counts either ``0-10, 11-20`` (the eleventh unit opens the second tier) or, when it is
    adjacent, ``0-0.5, 0.5-1``. The first tier is reached even without any unit.
    """
    before_first = ZERO if are_adjacent(tiers) else Decimal(1)
    for tier in tiers:
        skipped = tier.from_value - before_first if tier.from_value else ZERO
        yield tier, tier.reached(units) - skipped
        if tier.holds(units):
            return
