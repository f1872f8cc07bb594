"""Taxes of lines and invoices, and which taxes a fee carries.

Source: docs/billing-policy.md, section "Taxes". Taxes are computed on what is left of a fee after coupons,
add up without compounding, and are rounded once per fee and, apart from that, once per invoice: the
invoice's taxes are not the sum of its fees' taxes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.exact import exact
from billing.lines import ZERO, FeeType, Line, TaxTerms
from billing.money import round_to, round_to_cents

LEVELS: Mapping[str, tuple[str, ...]] = {
    FeeType.ADD_ON: ("line", "add_on", "customer", "entity"),
    FeeType.CHARGE: ("charge", "plan", "customer", "entity"),
    FeeType.FIXED_CHARGE: ("fixed_charge", "plan", "customer", "entity"),
    FeeType.COMMITMENT: ("commitment", "plan", "customer", "entity"),
    FeeType.SUBSCRIPTION: ("plan", "customer", "entity"),
    FeeType.CREDIT: (),
}
"""Where a fee's taxes are looked for, nearest first."""


@dataclass(frozen=True, slots=True)
class AppliedTax:
    """One tax on one fee or invoice: its base and its rounded amount, in minor units."""

    tax: TaxTerms
    base_cents: Decimal
    amount_cents: int
    precise_amount_cents: Decimal


@dataclass(frozen=True, slots=True)
class LineTaxes:
    """The taxes of one fee.

    `amount_cents` is the rounded sum; `precise_amount_cents` rests on the fee's precise amount and
    has 15 decimals; `unrounded_cents` is the sum that the invoice adds up.
    """

    key: Hashable
    applied: tuple[AppliedTax, ...]
    amount_cents: int
    unrounded_cents: Decimal
    precise_amount_cents: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceTaxes:
    """The taxes of an invoice; `rate` is weighted by what each tax was applied to, 5 decimals."""

    lines: tuple[LineTaxes, ...]
    applied: tuple[AppliedTax, ...]
    amount_cents: int
    rate: Decimal


def first_level(*levels: Iterable[TaxTerms]) -> tuple[TaxTerms, ...]:
    """Return the taxes of the first level that has any; levels never combine."""
    return next((found for level in levels if (found := tuple(level))), ())


def taxes_of(fee_type: str, levels: Mapping[str, Sequence[TaxTerms]]) -> tuple[TaxTerms, ...]:
    """Return the taxes of a fee: `levels` maps a level's name (see `LEVELS`) to its taxes.

    A level that is absent or empty is passed over; prepaid credits are never taxed.
    """
    return first_level(*(levels.get(name, ()) for name in LEVELS[fee_type]))


@exact
def tax_line(line: Line) -> LineTaxes:
    """Compute the taxes of one fee on what is left of it after coupons."""
    base = line.base_cents
    applied = tuple(_applied(tax, base, base * tax.rate / 100) for tax in line.taxes)
    unrounded = sum((tax.precise_amount_cents for tax in applied), ZERO)
    rate = sum((tax.rate for tax in line.taxes), ZERO)
    return LineTaxes(
        key=line.key,
        applied=applied,
        amount_cents=round_to_cents(unrounded),
        unrounded_cents=unrounded,
        precise_amount_cents=round_to(_precise_base(line) * rate / 100, 15),
        rate=rate,
    )


@exact
def tax_invoice(lines: Sequence[Line], sub_total_cents: int) -> InvoiceTaxes:
    """Compute the taxes of an invoice: unrounded per fee, summed, then rounded once.

    `sub_total_cents` is the invoice's sub-total without taxes; it weighs the rate.
    """
    taxed = tuple(tax_line(line) for line in lines)
    sums = _sums(taxed)
    unrounded = sum((amount for _, amount, _ in sums.values()), ZERO)
    return InvoiceTaxes(
        lines=taxed,
        applied=tuple(_applied(tax, base, amount) for tax, (base, amount, _) in sums.items()),
        amount_cents=round_to_cents(unrounded),
        rate=_weighted_rate(sums, Decimal(sub_total_cents), len(taxed)),
    )


@exact
def sum_line_taxes(lines: Sequence[Line], sub_total_cents: int) -> InvoiceTaxes:
    """Add up the taxes that each fee was charged, as an invoice of fees paid before does."""
    taxed = tuple(tax_line(line) for line in lines)
    sums = _sums(taxed)
    applied = []
    for tax, (base, amount, _) in sums.items():
        cents = sum(a.amount_cents for line in taxed for a in line.applied if a.tax == tax)
        applied.append(AppliedTax(tax, base, cents, amount))
    return InvoiceTaxes(
        lines=taxed,
        applied=tuple(applied),
        amount_cents=sum(line.amount_cents for line in taxed),
        rate=_weighted_rate(sums, Decimal(sub_total_cents), len(taxed)),
    )


def without_taxes(lines: Sequence[Line], sub_total_cents: int) -> InvoiceTaxes:
    """Return no taxes at all, whatever the lines carry: prepaid credits are not taxed."""
    none = tuple(LineTaxes(line.key, (), 0, ZERO, ZERO, ZERO) for line in lines)
    return InvoiceTaxes(none, (), 0, ZERO)


def _applied(tax: TaxTerms, base: Decimal, amount: Decimal) -> AppliedTax:
    return AppliedTax(tax, base, round_to_cents(amount), amount)


def _precise_base(line: Line) -> Decimal:
    if line.precise_amount_cents is None:
        return line.base_cents
    return max(ZERO, line.precise_amount_cents - line.precise_coupons_amount_cents)


_Sums = dict[TaxTerms, tuple[Decimal, Decimal, int]]


def _sums(taxed: Sequence[LineTaxes]) -> _Sums:
    """For each tax: the sum of its bases, of its unrounded amounts, and its number of fees."""
    sums: _Sums = {}
    for line in taxed:
        for each in line.applied:
            base, amount, count = sums.get(each.tax, (ZERO, ZERO, 0))
            sums[each.tax] = (
                base + each.base_cents,
                amount + each.precise_amount_cents,
                count + 1,
            )
    return sums


def _weighted_rate(sums: _Sums, sub_total: Decimal, fees_count: int) -> Decimal:
    """Weigh each rate by its share of the sub-total, or of the number of fees if that is zero."""
    rate = ZERO
    for tax, (base, _, count) in sums.items():
        rate += tax.rate * (base / sub_total if sub_total > 0 else Decimal(count) / fees_count)
    return round_to(rate, 5)
