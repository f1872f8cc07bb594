"""What items of a credit note are worth, with their share of the coupons and their taxes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.credits.facts import InvoiceFacts, NoteItem
from billing.exact import exact
from billing.lines import ZERO, TaxTerms
from billing.money import round_to, round_to_cents
from billing.taxes import AppliedTax


@dataclass(frozen=True, slots=True)
class ItemAmounts:
    """An item as it is stored: rounded, and with 5 decimals."""

    fee: Hashable
    amount_cents: int
    precise_amount_cents: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What the items are worth; sub-total and taxes make the total exactly."""

    items: tuple[ItemAmounts, ...]
    coupons_adjustment_amount_cents: int
    precise_coupons_adjustment_amount_cents: Decimal
    sub_total_excluding_taxes_amount_cents: int
    taxes_amount_cents: int
    precise_taxes_amount_cents: Decimal
    taxes_rate: Decimal
    applied_taxes: tuple[AppliedTax, ...]

    @property
    def total_amount_cents(self) -> int:
        """Sub-total and taxes."""
        return self.sub_total_excluding_taxes_amount_cents + self.taxes_amount_cents

    @property
    def precise_total_amount_cents(self) -> Decimal:
        """Items less coupons plus taxes before rounding, 5 decimals."""
        items = sum((item.precise_amount_cents for item in self.items), ZERO)
        net = items - self.precise_coupons_adjustment_amount_cents
        return net + self.precise_taxes_amount_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAmounts:
    """A credit note worked out: what it is worth and how it is given.

    The credit is the balance that pays later invoices; the refund returns payments; the offset
    lowers what is due on the note's own invoice. The three make the total exactly.
    """

    worth: Worth
    credit_amount_cents: int = 0
    refund_amount_cents: int = 0
    offset_amount_cents: int = 0

    @property
    def total_amount_cents(self) -> int:
        """All that the note gives."""
        return self.worth.total_amount_cents

    @property
    def balance_amount_cents(self) -> int:
        """What the note can pay of later invoices."""
        return self.credit_amount_cents


@exact
def weigh(invoice: InvoiceFacts, items: Sequence[NoteItem]) -> Worth:
    """Work out what `items` are worth.

    The note that gives back the last of an invoice takes over what rounding cost earlier ones, and
    no note gives more than the invoice has left. Raises NotFound ``fee_not_found``.
    """
    amounts = _merged(items)
    coupons = _coupons(invoice, amounts)
    applied = _taxes(invoice, amounts)
    precise_taxes = sum((tax.precise_amount_cents for tax in applied), ZERO)
    if _is_last(invoice, amounts):
        precise_taxes += sum(
            (note.precise_taxes_cents - note.taxes_cents for note in invoice.notes), ZERO
        )
    net = sum((item.precise_amount_cents for item in amounts), ZERO) - coupons
    sub_total = min(max(0, round_to_cents(net)), invoice.left_to_note_cents)
    taxes = min(max(0, round_to_cents(precise_taxes)), invoice.left_to_note_cents - sub_total)
    return Worth(
        items=amounts,
        coupons_adjustment_amount_cents=round_to_cents(coupons),
        precise_coupons_adjustment_amount_cents=round_to(coupons, 5),
        sub_total_excluding_taxes_amount_cents=sub_total,
        taxes_amount_cents=taxes,
        precise_taxes_amount_cents=round_to(precise_taxes, 5),
        taxes_rate=_rate(invoice, amounts, applied, net),
        applied_taxes=applied,
    )


def with_total(worth: Worth, total_cents: int) -> Worth:
    """Let the taxes, else the sub-total, take a difference of rounding: the total is `total_cents`."""
    taxes = max(0, worth.taxes_amount_cents + total_cents - worth.total_amount_cents)
    return replace(
        worth,
        taxes_amount_cents=taxes,
        sub_total_excluding_taxes_amount_cents=total_cents - taxes,
    )


@exact
def whole_share(invoice: InvoiceFacts, share: Decimal) -> tuple[NoteItem, ...]:
    """Return items for the same `share` (one: all) of what each fee has left, 5 decimals."""
    return tuple(
        NoteItem(fee.key, round_to(share * fee.creditable_cents, 5))
        for fee in invoice.fees
        if fee.creditable_cents > 0
    )


def _merged(items: Sequence[NoteItem]) -> tuple[ItemAmounts, ...]:
    """One item a fee, in the order in which the fees first appear."""
    sums: dict[Hashable, Decimal] = {}
    for item in items:
        sums[item.fee] = sums.get(item.fee, ZERO) + item.amount_cents
    return tuple(
        ItemAmounts(fee, round_to_cents(amount), round_to(amount, 5))
        for fee, amount in sums.items()
    )


def _coupons(invoice: InvoiceFacts, items: Sequence[ItemAmounts]) -> Decimal:
    shares = (invoice.fee(item.fee).coupon_share(item.precise_amount_cents) for item in items)
    return sum(shares, ZERO)


def _taxes(invoice: InvoiceFacts, items: Sequence[ItemAmounts]) -> tuple[AppliedTax, ...]:
    bases: dict[TaxTerms, Decimal] = {}
    for item in items:
        fee = invoice.fee(item.fee)
        base = item.precise_amount_cents - fee.coupon_share(item.precise_amount_cents)
        for tax in fee.taxes:
            bases[tax] = bases.get(tax, ZERO) + base
    amounts = ((tax, base, base * tax.rate / 100) for tax, base in bases.items())
    return tuple(AppliedTax(tax, base, round_to_cents(due), due) for tax, base, due in amounts)


def _rate(
    invoice: InvoiceFacts,
    items: Sequence[ItemAmounts],
    applied: Sequence[AppliedTax],
    net: Decimal,
) -> Decimal:
    """Weigh each rate by its share of the note, or of the number of items if that is zero."""
    if net > 0:
        return round_to(sum((tax.tax.rate * tax.base_cents / net for tax in applied), ZERO), 5)
    rates = sum((invoice.fee(item.fee).rate for item in items), ZERO)
    return round_to(rates / len(items), 5) if items else ZERO


def _is_last(invoice: InvoiceFacts, items: Sequence[ItemAmounts]) -> bool:
    """Say whether nothing is left of any fee once `items` are given back."""
    given = {item.fee: item.amount_cents for item in items}
    return all(fee.creditable_cents <= given.get(fee.key, 0) for fee in invoice.fees)
