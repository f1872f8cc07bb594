"""The pipeline of an invoice: from its lines to what is due.

Source: docs/billing-policy.md, section "Invoices". The order of the steps is the order of the statements
in `bill`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from billing import credits, wallets
from billing.coupons import Couponed, CouponGrant, CouponTerms, apply_coupons
from billing.credits import Credited, NoteBalance, NoteGrant
from billing.exact import exact
from billing.lines import ZERO, Line, Step, spell
from billing.progressive import (
    Progressed,
    ProgressiveGrant,
    ProgressiveTerms,
    credit_progressive,
)
from billing.taxes import (
    AppliedTax,
    InvoiceTaxes,
    LineTaxes,
    sum_line_taxes,
    tax_invoice,
    without_taxes,
)
from billing.wallets import Bucket, Spent, WalletGrant, WalletTerms


class InvoiceType(StrEnum):
    """What made an invoice."""

    SUBSCRIPTION = "subscription"
    PROGRESSIVE_BILLING = "progressive_billing"
    ADVANCE_CHARGES = "advance_charges"
    ONE_OFF = "one_off"
    CREDIT = "credit"
    ADD_ON = "add_on"


@dataclass(frozen=True, slots=True)
class Rules:
    """Which steps an invoice type takes; `settles`: coupons, credit notes and wallets apply."""

    settles: bool
    tax: Callable[[Sequence[Line], int], InvoiceTaxes]


RULES = {
    InvoiceType.SUBSCRIPTION: Rules(settles=True, tax=tax_invoice),
    InvoiceType.PROGRESSIVE_BILLING: Rules(settles=True, tax=tax_invoice),
    InvoiceType.ADVANCE_CHARGES: Rules(settles=False, tax=sum_line_taxes),
    InvoiceType.ONE_OFF: Rules(settles=False, tax=tax_invoice),
    InvoiceType.CREDIT: Rules(settles=False, tax=without_taxes),
    InvoiceType.ADD_ON: Rules(settles=False, tax=tax_invoice),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRequest:
    """Everything a bill depends on. Coupons, credit notes and wallets come oldest first.

    A draft (`is_final` false) touches no coupon, credit note or wallet.
    """

    invoice_type: str
    currency: str
    is_final: bool
    lines: tuple[Line, ...]
    progressive: tuple[ProgressiveTerms, ...] = ()
    coupons: tuple[CouponTerms, ...] = ()
    credit_notes: tuple[NoteBalance, ...] = ()
    wallets: tuple[WalletTerms, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """One fee as it is stored; `bucket` says which wallets may pay it.

    `precise_coupons_amount_cents` includes the progressive credit, whose own share stands beside it.
    """

    key: Hashable
    bucket: Bucket
    amount_cents: int
    precise_progressive_amount_cents: Decimal
    precise_coupons_amount_cents: Decimal
    precise_credit_notes_amount_cents: Decimal
    taxes: LineTaxes

    @property
    def unpaid_cents(self) -> Decimal:
        """What is left with taxes, unrounded, after coupons and credit notes."""
        base = self.amount_cents - self.precise_coupons_amount_cents
        return base + self.taxes.unrounded_cents - self.precise_credit_notes_amount_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An invoice worked out: what each step made of it, and the totals that follow.

    The totals bear the names they have on the wire; `steps` explains them in words.
    """

    currency: str
    fees_amount_cents: int
    progressed: Progressed
    couponed: Couponed
    taxes: InvoiceTaxes
    credited: Credited
    spent: Spent
    lines: tuple[BilledLine, ...]

    @property
    def progressive_billing_credit_amount_cents(self) -> int:
        """What progressive invoices of the period have billed before."""
        return self.progressed.amount_cents

    @property
    def coupons_amount_cents(self) -> int:
        """What the coupons took off."""
        return self.couponed.amount_cents

    @property
    def sub_total_excluding_taxes_amount_cents(self) -> int:
        """Fees less progressive credit and coupons."""
        taken = self.progressed.amount_cents + self.couponed.amount_cents
        return self.fees_amount_cents - taken

    @property
    def taxes_amount_cents(self) -> int:
        """The taxes, rounded once for the whole invoice."""
        return self.taxes.amount_cents

    @property
    def taxes_rate(self) -> Decimal:
        """The rates weighed by what they were applied to, 5 decimals."""
        return self.taxes.rate

    @property
    def sub_total_including_taxes_amount_cents(self) -> int:
        """The sub-total and the taxes."""
        return self.sub_total_excluding_taxes_amount_cents + self.taxes.amount_cents

    @property
    def credit_notes_amount_cents(self) -> int:
        """What credit notes paid."""
        return self.credited.amount_cents

    @property
    def prepaid_credit_amount_cents(self) -> int:
        """What wallets paid."""
        return self.spent.amount_cents

    @property
    def total_amount_cents(self) -> int:
        """What the customer has to pay."""
        paid = self.credited.amount_cents + self.spent.amount_cents
        return self.sub_total_including_taxes_amount_cents - paid

    @property
    def total_due_amount_cents(self) -> int:
        """What is still to be paid: all of the total, for nothing has been paid yet."""
        return due(total_cents=self.total_amount_cents, paid_cents=0, offset_cents=0)

    @property
    def applied_taxes(self) -> tuple[AppliedTax, ...]:
        """Each tax of the invoice with its base and amount."""
        return self.taxes.applied

    @property
    def progressive_grants(self) -> tuple[ProgressiveGrant, ...]:
        """What is credited for each progressive invoice."""
        return self.progressed.grants

    @property
    def coupon_grants(self) -> tuple[CouponGrant, ...]:
        """What each coupon took off, in the order it was applied."""
        return self.couponed.grants

    @property
    def note_grants(self) -> tuple[NoteGrant, ...]:
        """What each credit note paid."""
        return self.credited.grants

    @property
    def wallet_grants(self) -> tuple[WalletGrant, ...]:
        """What each wallet paid, in money and credits."""
        return self.spent.grants

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step in words, from the fees to the wallets; the amounts sum to the total.

        The taxes are one step, for each of them is rounded apart from their sum.
        """
        count = len(self.lines)
        why = f"the sum of {count} line{'' if count == 1 else 's'}"
        return (
            Step("fees", self.fees_amount_cents, why),
            *self.progressed.steps,
            *self.couponed.steps,
            Step("taxes", self.taxes_amount_cents, _why_taxes(self.taxes, self.currency)),
            *self.credited.steps,
            *self.spent.steps,
        )


@exact
def bill(request: BillRequest) -> Bill:
    """Work out an invoice. Raises ValueError if its type is unknown."""
    rules = RULES[InvoiceType(request.invoice_type)]
    fees = sum(line.amount_cents for line in request.lines)
    progressed = _credit_progressive(request, rules)
    sub_total = fees - progressed.amount_cents
    couponed = _apply_coupons(request, rules, progressed.lines, sub_total)
    sub_total -= couponed.amount_cents
    taxes = rules.tax(couponed.lines, sub_total)
    owed = sub_total + taxes.amount_cents
    credited = _consume_credit_notes(request, rules, owed)
    owed -= credited.amount_cents
    billed = _billed_lines(progressed, couponed, taxes, credited)
    spent = _spend_wallets(request, rules, billed, owed)
    return Bill(
        currency=request.currency,
        fees_amount_cents=fees,
        progressed=progressed,
        couponed=couponed,
        taxes=taxes,
        credited=credited,
        spent=spent,
        lines=billed,
    )


def due(*, total_cents: int, paid_cents: int, offset_cents: int, is_voided: bool = False) -> int:
    """Return what is still to be paid: the total less payments and offset credit notes."""
    return 0 if is_voided else max(0, total_cents - paid_cents - offset_cents)


def _credit_progressive(request: BillRequest, rules: Rules) -> Progressed:
    billed = request.progressive if rules.settles else ()
    return credit_progressive(request.lines, billed, request.currency)


def _apply_coupons(
    request: BillRequest, rules: Rules, lines: Sequence[Line], sub_total: int
) -> Couponed:
    coupons = request.coupons if rules.settles and request.is_final else ()
    return apply_coupons(lines, coupons, sub_total_cents=sub_total, currency=request.currency)


def _consume_credit_notes(request: BillRequest, rules: Rules, owed: int) -> Credited:
    notes = request.credit_notes if rules.settles and request.is_final else ()
    return credits.consume(notes, total_cents=owed, currency=request.currency)


def _spend_wallets(
    request: BillRequest, rules: Rules, lines: Sequence[BilledLine], owed: int
) -> Spent:
    holders = request.wallets if rules.settles and request.is_final else ()
    buckets: dict[Bucket, Decimal] = {}
    for line in lines:
        buckets[line.bucket] = buckets.get(line.bucket, ZERO) + line.unpaid_cents
    return wallets.spend(holders, buckets, total_cents=owed, currency=request.currency)


def _billed_lines(
    progressed: Progressed, couponed: Couponed, taxes: InvoiceTaxes, credited: Credited
) -> tuple[BilledLine, ...]:
    rows = list(zip(progressed.lines, couponed.lines, taxes.lines, strict=True))
    values = {line.key: line.base_cents + taxed.unrounded_cents for _, line, taxed in rows}
    shares = credits.share_on_fees(values, credited.amount_cents)
    return tuple(
        BilledLine(
            key=line.key,
            bucket=(line.fee_type, line.metric),
            amount_cents=line.amount_cents,
            precise_progressive_amount_cents=before.precise_coupons_amount_cents,
            precise_coupons_amount_cents=line.precise_coupons_amount_cents,
            precise_credit_notes_amount_cents=shares[line.key],
            taxes=taxed,
        )
        for before, line, taxed in rows
    )


def _why_taxes(taxes: InvoiceTaxes, currency: str) -> str:
    each = (
        f"{tax.tax.name or tax.tax.code} {tax.tax.rate.normalize():f} % of "
        f"{spell(tax.base_cents, currency)}"
        for tax in taxes.applied
    )
    return ", ".join(each) or "no tax applies"
