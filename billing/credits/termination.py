"""The credit note for the part of an advance fee that will not be used.

Source: docs/billing-policy.md, section "Termination".
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billing.credits.amounts import NoteAmounts, weigh
from billing.credits.facts import FeeFacts, InvoiceFacts, NoteItem
from billing.errors import Invalid
from billing.money import round_to_cents

CREDIT, REFUND, OFFSET, SKIP = "credit", "refund", "offset", "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminationTerms:
    """An advance fee that ends early.

    `unused_cents` (5 decimals) is what of it will not be used and has not been credited, `used_cents` the exact price
    of the days that were used, both before tax: see `billing.termination`. `behaviour`: credit, refund, offset or
    skip.
    """

    fee: Hashable
    unused_cents: Decimal
    used_cents: Fraction = Fraction(0)
    behaviour: str = CREDIT
    is_upgrade: bool = False


def compose_termination_note(invoice: InvoiceFacts, terms: TerminationTerms) -> NoteAmounts | None:
    """Work out the note for what is unused, or return None if there is nothing to give.

    ``refund`` returns what was paid above the used days and credits the rest; ``offset`` lowers what is
    due instead of crediting. Raises Invalid ``on_termination_credit_note: invalid_value`` for an unknown
    behaviour, and for refund or offset with an upgrade.
    """
    allowed = (CREDIT, SKIP) if terms.is_upgrade else (CREDIT, REFUND, OFFSET, SKIP)
    if terms.behaviour not in allowed:
        raise Invalid({"on_termination_credit_note": ["invalid_value"]})
    fee = invoice.fee(terms.fee)
    if terms.unused_cents <= 0 or terms.behaviour == SKIP:
        return None
    worth = weigh(invoice, (NoteItem(fee.key, terms.unused_cents),))
    total = worth.total_amount_cents
    if total <= 0:
        return None
    refund = 0 if terms.behaviour == CREDIT else _refund(invoice, terms, fee, total)
    offset = min(invoice.due_cents, total - refund) if terms.behaviour == OFFSET else 0
    return NoteAmounts(
        worth=worth,
        credit_amount_cents=total - refund - offset,
        refund_amount_cents=refund,
        offset_amount_cents=offset,
    )


def _refund(invoice: InvoiceFacts, terms: TerminationTerms, fee: FeeFacts, total_cents: int) -> int:
    """What was paid for the fee above its used days, between zero and the note's total."""
    owed = invoice.sub_total_including_taxes_cents
    if owed <= 0:
        return 0
    fee_total = _with_taxes(fee, Fraction(fee.amount_cents))
    paid_share = invoice.paid_cents * fee_total / owed
    used = _with_taxes(fee, terms.used_cents)
    free = min(total_cents, invoice.paid_cents - invoice.refunded_cents)
    return max(0, min(round_to_cents(paid_share - used), free))


def _with_taxes(fee: FeeFacts, amount_cents: Fraction) -> Fraction:
    """`amount_cents` of the fee less its part of the coupons, with taxes."""
    kept = Fraction(1)
    if fee.amount_cents:
        kept -= Fraction(fee.precise_coupons_amount_cents) / fee.amount_cents
    return amount_cents * kept * (1 + Fraction(fee.rate) / 100)
