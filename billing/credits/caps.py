"""How much of an invoice may still be credited, refunded or offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.credits.amounts import Worth, weigh, with_total
from billing.credits.facts import InvoiceFacts, NoteItem
from billing.errors import Invalid
from billing.exact import exact
from billing.lines import ZERO
from billing.money import round_to_cents


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be given in each way, in minor units."""

    creditable_cents: int
    refundable_cents: int
    offsettable_cents: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What items would be worth, and the most that may be given for them in each way."""

    worth: Worth
    max_creditable_amount_cents: int
    max_refundable_amount_cents: int
    max_offsettable_amount_cents: int


def caps(invoice: InvoiceFacts) -> Caps:
    """Return what an invoice shows as creditable, refundable and offsettable."""
    creditable = value_left(invoice)
    return Caps(
        creditable_cents=0 if invoice.is_prepaid_credits else creditable,
        refundable_cents=_refundable(invoice, creditable),
        offsettable_cents=min(invoice.due_cents, creditable),
    )


def estimate(invoice: InvoiceFacts, items: Sequence[NoteItem]) -> Estimate:
    """Work out a credit note that is not made, and promise no minor unit that rounding alone adds.

    Raises NotFound ``fee_not_found`` and Invalid for an item that asks too much.
    """
    check_items(invoice, items)
    worth = weigh(invoice, items)
    total = min(worth.total_amount_cents, round_to_cents(worth.precise_total_amount_cents))
    worth = with_total(worth, total)
    return Estimate(
        worth=worth,
        max_creditable_amount_cents=0 if invoice.is_prepaid_credits else total,
        max_refundable_amount_cents=_refundable(invoice, total),
        max_offsettable_amount_cents=min(invoice.due_cents, total),
    )


def check_items(invoice: InvoiceFacts, items: Sequence[NoteItem]) -> None:
    """Refuse items below zero or above what their fee has left (``amount_cents``)."""
    asked: dict[object, Decimal] = {}
    for item in items:
        fee = invoice.fee(item.fee)
        if item.amount_cents < 0:
            raise Invalid({"amount_cents": ["invalid_value"]}, "An item may not be negative.")
        asked[item.fee] = asked.get(item.fee, ZERO) + item.amount_cents
        if asked[item.fee] > fee.creditable_cents:
            raise Invalid(
                {"amount_cents": ["higher_than_remaining_fee_amount"]},
                "An item is higher than what is left of its fee.",
                left_cents=fee.creditable_cents,
            )


@exact
def value_left(invoice: InvoiceFacts) -> int:
    """Return what is left of the fees, less their part of the coupons, with taxes."""
    left = Decimal(sum(fee.creditable_cents for fee in invoice.fees))
    if left == 0:
        return 0
    taken = invoice.taken_off_cents * left / invoice.fees_amount_cents
    taxes = sum(
        (
            (fee.creditable_cents - taken * fee.creditable_cents / left) * fee.rate / 100
            for fee in invoice.fees
        ),
        ZERO,
    )
    value = round_to_cents(left - taken + round_to_cents(taxes))
    return min(max(0, value), invoice.left_to_note_cents)


def _refundable(invoice: InvoiceFacts, limit: int) -> int:
    """Return what of the payments may be given back, at most `limit`."""
    is_fully_paid = invoice.paid_cents == invoice.total_amount_cents
    if invoice.is_draft or (is_fully_paid and not invoice.has_payment_succeeded):
        return 0
    amount = min(invoice.paid_cents - invoice.refunded_cents, limit)
    if invoice.is_prepaid_credits:
        amount = min(amount, invoice.wallet_balance_cents or 0)
    return max(0, amount)
