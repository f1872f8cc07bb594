"""What a charge model prices: units, and what the events behind them looked like."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of a running total: its full value, and the share of it that the period owes.

    An added seat that was there for 17 of 30 days is ``Entry(Decimal(1), Fraction(17, 30))``.
    A removal has a negative `full`; what was carried into the period is the first entry.
    """

    full: Decimal
    prorated: Fraction


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The usage of one charge (or filter, or group) in one period.

    `units` are priced; when the charge is prorated they are prorated, and `full_units` are the
    ones that are shown and that choose a tier. `values` holds what each event added, in order;
    `entries` only matters for prorated graduated charges; `is_count` says that every event is
    worth one unit whatever it carries.
    """

    units: Decimal
    full_units: Decimal | None = None
    events_count: int = 0
    values: tuple[Decimal, ...] = ()
    entries: tuple[Entry, ...] = ()
    precise_total_amount_cents: Decimal = ZERO
    is_count: bool = False

    @property
    def shown_units(self) -> Decimal:
        """The units before proration, as a fee shows them."""
        return self.units if self.full_units is None else self.full_units
