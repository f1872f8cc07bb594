"""Coupons on an invoice: which applies, how much it takes off, and from which lines.

Source: docs/billing-policy.md, section "Coupons".
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.exact import exact
from billing.lines import ZERO, Line, Step, spell
from billing.money import round_to, round_to_cents

FIXED, PERCENTAGE = "fixed_amount", "percentage"
ONCE, RECURRING, FOREVER = "once", "recurring", "forever"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponTerms:
    """One applied coupon.

    A fixed one has `amount_cents` and `currency`; a percentage one `percentage_rate` (10 is 10 %).
    `remaining_cents` counts for a fixed coupon that is used once: the amount less what it took off
    invoices that are not voided, closed or deleted; None means all of it is left.
    `frequency_duration_remaining` counts for recurring ones. `metrics` and `plans` limit it.
    """

    key: Hashable
    kind: str
    frequency: str
    amount_cents: int = 0
    currency: str | None = None
    percentage_rate: Decimal = ZERO
    remaining_cents: int | None = None
    frequency_duration_remaining: int | None = None
    metrics: frozenset[Hashable] = frozenset()
    plans: frozenset[Hashable] = frozenset()

    @property
    def is_limited(self) -> bool:
        """Say whether only the fees of some metrics or plans are meant."""
        return bool(self.metrics or self.plans)

    def targets(self, line: Line) -> bool:
        """Say whether `line` is one that this coupon may take from."""
        if self.metrics:
            return line.metric in self.metrics
        return not self.plans or not self.plans.isdisjoint(line.plans)

    @property
    def left_cents(self) -> int:
        """The most that a fixed coupon may take off one invoice."""
        if self.frequency == ONCE and self.remaining_cents is not None:
            return max(0, self.remaining_cents)
        return self.amount_cents


@dataclass(frozen=True, slots=True)
class CouponGrant:
    """What one coupon took off, and what becomes of it.

    `frequency_duration_remaining` is the count afterwards (None unless recurring);
    `is_exhausted` says that the applied coupon is now terminated.
    """

    key: Hashable
    amount_cents: int
    is_exhausted: bool
    frequency_duration_remaining: int | None


@dataclass(frozen=True, slots=True)
class Couponed:
    """Lines with their shares, the grants in the order they were made, and the sum."""

    lines: tuple[Line, ...]
    grants: tuple[CouponGrant, ...]
    amount_cents: int
    steps: tuple[Step, ...]


@exact
def apply_coupons(
    lines: Sequence[Line], coupons: Sequence[CouponTerms], *, sub_total_cents: int, currency: str
) -> Couponed:
    """Take `coupons` (oldest first) off `lines`, those limited to metrics first, then to plans.

    `sub_total_cents` is what is left to take from; the loop stops when it is used up. Each target gets
    a share by its own value before this coupon, 5 decimals, never more than it has left.
    """
    current, left = tuple(lines), sub_total_cents
    grants: list[CouponGrant] = []
    steps: list[Step] = []
    for terms in in_order(coupons):
        if left <= 0:
            break
        if terms.kind == FIXED and terms.currency != currency:
            continue
        base = _base(current, terms, left)
        credit = _credit(terms, base)
        if credit <= 0:
            continue
        current = _share_out(current, terms, credit, base)
        left -= credit
        grants.append(_grant(terms, credit))
        steps.append(Step("coupon", -credit, _why(terms, base, currency), terms.key))
    return Couponed(current, tuple(grants), sub_total_cents - left, tuple(steps))


def in_order(coupons: Sequence[CouponTerms]) -> list[CouponTerms]:
    """Sort coupons as they are applied, each applied coupon once; the order given breaks ties."""
    once = {terms.key: terms for terms in reversed(coupons)}
    unique = [terms for terms in reversed(once.values())]
    return sorted(unique, key=lambda terms: 0 if terms.metrics else 1 if terms.plans else 2)


def _base(lines: Sequence[Line], terms: CouponTerms, sub_total_cents: int) -> Decimal:
    if not terms.is_limited:
        return Decimal(sub_total_cents)
    return sum((line.base_cents for line in lines if terms.targets(line)), ZERO)


def _credit(terms: CouponTerms, base: Decimal) -> int:
    """What the coupon may take off `base`; a fraction of a minor unit stays on the bill."""
    if terms.kind == PERCENTAGE:
        wanted = round_to_cents(base * terms.percentage_rate / 100)
    else:
        wanted = terms.left_cents
    return int(min(base, Decimal(wanted)))


def _share_out(
    lines: Sequence[Line], terms: CouponTerms, credit: int, base: Decimal
) -> tuple[Line, ...]:
    return tuple(_reduced(line, credit, base) if terms.targets(line) else line for line in lines)


def _reduced(line: Line, credit: int, base: Decimal) -> Line:
    share = round_to(credit * line.base_cents / base, 5)
    taken = min(line.precise_coupons_amount_cents + share, Decimal(line.amount_cents))
    return replace(line, precise_coupons_amount_cents=taken)


def _grant(terms: CouponTerms, credit: int) -> CouponGrant:
    remaining = None
    if terms.frequency == ONCE:
        is_exhausted = terms.kind == PERCENTAGE or credit >= terms.left_cents
    elif terms.frequency == RECURRING:
        remaining = max(0, (terms.frequency_duration_remaining or 0) - 1)
        is_exhausted = remaining == 0
    else:
        is_exhausted = False
    return CouponGrant(terms.key, credit, is_exhausted, remaining)


def _why(terms: CouponTerms, base: Decimal, currency: str) -> str:
    on = "the fees it is limited to" if terms.is_limited else "the sub-total"
    if terms.kind == PERCENTAGE:
        return f"{terms.percentage_rate.normalize():f} % of {on} ({spell(base, currency)})"
    left = spell(terms.left_cents, currency)
    return f"up to {left}, at most {on} ({spell(base, currency)})"
