"""The credit for what progressive invoices of the same period have billed already.

Source: docs/billing-policy.md, section "Progressive billing".
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.exact import exact
from billing.lines import ZERO, Line, Step, spell
from billing.money import round_to


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressiveLine:
    """One fee of the progressive invoice, with the amount it was billed before taxes."""

    amount_cents: int
    charge: Hashable
    charge_filter: Hashable | None = None
    group: Hashable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressiveTerms:
    """The last progressive invoice of the period of one subscription.

    `remaining_cents` is what may still be credited: see `remaining_credit`.
    """

    key: Hashable
    subscription: Hashable
    remaining_cents: int
    lines: tuple[ProgressiveLine, ...]


@dataclass(frozen=True, slots=True)
class ProgressiveGrant:
    """What is credited here; `excess_cents` goes back on a credit note (`credits.excess_note`)."""

    key: Hashable
    amount_cents: int
    excess_cents: int


@dataclass(frozen=True, slots=True)
class Progressed:
    """Lines less what was billed already, the grants, and their sum."""

    lines: tuple[Line, ...]
    grants: tuple[ProgressiveGrant, ...]
    amount_cents: int
    steps: tuple[Step, ...]


def remaining_credit(
    *, fees_cents: int, coupons_cents: int, credited_cents: int, notes_cents: int
) -> int:
    """Return what of a progressive invoice may still be credited, before taxes, never below zero.

    `credited_cents` is what other invoices have credited of it, `notes_cents` the sub-totals
    (without taxes) of its credit notes. Its own progressive credit was paid before, so it counts.
    """
    return max(0, fees_cents - coupons_cents - credited_cents - notes_cents)


@exact
def credit_progressive(
    lines: Sequence[Line], billed: Sequence[ProgressiveTerms], currency: str
) -> Progressed:
    """Take what was `billed` off the fees of the same charges, so that their taxes fall too.

    The credit is at most what those charges come to here. It goes to the same (charge, filter, group)
    first; what does not fit there goes to the other fees of the same charges.
    """
    current = tuple(lines)
    grants, steps = [], []
    for terms in billed:
        room = _room(current, terms)
        credit = min(terms.remaining_cents, int(sum(room.values(), ZERO)))
        grants.append(ProgressiveGrant(terms.key, credit, terms.remaining_cents - credit))
        if credit <= 0:
            continue
        current = _take(current, _shares(current, terms, room, credit))
        why = f"billed before, of {spell(terms.remaining_cents, currency)} not yet credited"
        steps.append(Step("progressive_credit", -credit, why, terms.key))
    amount = sum(grant.amount_cents for grant in grants)
    return Progressed(current, tuple(grants), amount, tuple(steps))


_Shares = dict[int, Decimal]


def _room(lines: Sequence[Line], terms: ProgressiveTerms) -> _Shares:
    """What is left of each fee of the charges that were billed before, by the fee's position."""
    charges = {line.charge for line in terms.lines}
    return {
        position: line.base_cents
        for position, line in enumerate(lines)
        if line.charge is not None
        and line.charge in charges
        and line.subscription == terms.subscription
    }


def _shares(lines: Sequence[Line], terms: ProgressiveTerms, room: _Shares, credit: int) -> _Shares:
    """Spread `credit`: by what each fee was billed, then the rest by the room that is left."""
    billed: dict[tuple[Hashable, ...], int] = {}
    for fee in terms.lines:
        same = (fee.charge, fee.charge_filter, fee.group)
        billed[same] = billed.get(same, 0) + fee.amount_cents
    total = sum(billed.values())
    wanted = {}
    for position, left in room.items():
        line = lines[position]
        was = billed.pop((line.charge, line.charge_filter, line.group), 0)
        fair = Decimal(credit) * was / total if total else ZERO
        wanted[position] = min(left, fair)
    rest = credit - sum(wanted.values(), ZERO)
    free = sum(room.values(), ZERO) - sum(wanted.values(), ZERO)
    return {
        position: round_to(share + (rest * (room[position] - share) / free if free else ZERO), 5)
        for position, share in wanted.items()
    }


def _take(lines: Sequence[Line], shares: _Shares) -> tuple[Line, ...]:
    taken = []
    for position, line in enumerate(lines):
        sum_ = line.precise_coupons_amount_cents + shares.get(position, ZERO)
        capped = min(sum_, Decimal(line.amount_cents))
        taken.append(replace(line, precise_coupons_amount_cents=capped))
    return tuple(taken)
