"""Prorated graduated: tiers whose units are paid for the days that they were there.

Source: docs/billing-policy.md, section "Prorated charges".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from billing.money import decimal
from billing.pricing.graduated import GraduatedStep
from billing.pricing.priced import Priced, per_unit
from billing.pricing.ranges import Tier, TieredTerms
from billing.pricing.usage import ZERO, Entry, Usage

_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Move:
    """A change of the running total from `before` to `after`, and the share of it that is owed."""

    before: Decimal
    after: Decimal
    ratio: Fraction


def price_prorated_graduated(usage: Usage, terms: TieredTerms) -> Priced:
    """Return what the entries owe in each tier, and the flat amount of every tier they reached.

    The running full total moves along an axis that is cut at the ends of the tiers. An entry pays
    for the stretch it moves over, each part at the price of its tier and at the entry's ratio of
    prorated to full units; a removal is paid back likewise. Flat amounts are due in full up to the
    tier of the highest total. The sum of what the tiers owe is never negative.
    """
    moves = list(_moves(usage.entries))
    highest = max((move.after for move in moves), default=ZERO)
    owed = [sum((_units_in(m, a, b) for m in moves), _NOTHING) for a, b in _cuts(terms.tiers)]
    steps = tuple(
        _step(tier, units)
        for tier, units, (start, _) in zip(terms.tiers, owed, _cuts(terms.tiers), strict=True)
        if start is None or start < highest
    )
    exact = sum((u * Fraction(t.price) for u, t in zip(owed, terms.tiers, strict=True)), _NOTHING)
    flats = sum((step.flat_unit_amount for step in steps), ZERO)
    amount = decimal(max(exact, _NOTHING) + Fraction(flats))
    return Priced(
        amount=max(amount, ZERO),
        unit_amount=per_unit(max(amount, ZERO), usage.shown_units),
        units=usage.shown_units,
        steps=steps,
    )


def _moves(entries: Sequence[Entry]) -> Iterator[_Move]:
    """Follow the running total.

    Additions that owe nothing are skipped (they were gone before the period), and so are removals
    that owe nothing and would take the total below zero (what they removed was skipped).
    """
    total = ZERO
    for entry in entries:
        owes_nothing = entry.prorated == 0
        if entry.full == 0 or (owes_nothing and (entry.full > 0 or total + entry.full < 0)):
            continue
        after = total + entry.full
        yield _Move(total, after, Fraction(entry.prorated) / Fraction(entry.full))
        total = after


def _cuts(tiers: Sequence[Tier]) -> list[tuple[Decimal | None, Decimal | None]]:
    """Return where each tier lies on the axis; None has no end (below zero is the first tier's)."""
    return list(pairwise([None, *(tier.to_value for tier in tiers)]))


def _units_in(move: _Move, start: Decimal | None, end: Decimal | None) -> Fraction:
    """Return the prorated units of `move` between `start` and `end`, negative for a removal."""
    low, high = sorted((move.before, move.after))
    low = low if start is None else max(low, start)
    high = high if end is None else min(high, end)
    stretch = Fraction(max(high - low, ZERO)) * move.ratio
    return stretch if move.after > move.before else -stretch


def _step(tier: Tier, owed: Fraction) -> GraduatedStep:
    units, total = decimal(owed), decimal(owed * Fraction(tier.price))
    return GraduatedStep(
        tier.from_value,
        tier.to_value,
        units,
        tier.price if units else ZERO,
        total,
        tier.flat_amount,
        total + tier.flat_amount,
    )
