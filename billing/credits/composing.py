"""Make a credit note from items and from how they are to be given, or refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.credits.amounts import NoteAmounts, Worth, weigh, whole_share, with_total
from billing.credits.caps import caps, check_items, value_left
from billing.credits.facts import InvoiceFacts, NoteItem
from billing.errors import Invalid, NotAllowed
from billing.exact import exact
from billing.money import round_to_cents

HIGHER = "higher_than_remaining_invoice_amount"
TOLERANCE = 1
"""Minor units by which rounding may part what is given from what the items are worth."""


@dataclass(frozen=True, slots=True)
class Parts:
    """How a note is given, in minor units."""

    credit: int = 0
    refund: int = 0
    offset: int = 0

    @property
    def total(self) -> int:
        """All three together."""
        return self.credit + self.refund + self.offset


def compose_credit_note(
    invoice: InvoiceFacts,
    items: Sequence[NoteItem],
    *,
    credit_cents: int = 0,
    refund_cents: int = 0,
    offset_cents: int = 0,
) -> NoteAmounts:
    """Work out a credit note as an operator or the API asks for it.

    A difference of rounding goes to the credit, else to the refund. Raises NotAllowed
    ``invalid_type_or_status`` for a draft, NotFound ``fee_not_found``, and Invalid with every field that
    is wrong.
    """
    if invoice.is_draft:
        raise NotAllowed("invalid_type_or_status", "A draft invoice takes no credit note.")
    check_items(invoice, items)
    worth, parts = weigh(invoice, items), Parts(credit_cents, refund_cents, offset_cents)
    errors: dict[str, list[str]] = {}
    for field, code in _refusals(invoice, worth, parts):
        errors.setdefault(field, []).append(code)
    if errors:
        raise Invalid(errors)
    return _given(invoice, worth, parts)


def credit_in_full(invoice: InvoiceFacts, items: Sequence[NoteItem]) -> NoteAmounts:
    """Give all that `items` are worth as credit, as notes do that the system makes by itself."""
    worth = weigh(invoice, items)
    return NoteAmounts(worth=worth, credit_amount_cents=worth.total_amount_cents)


@exact
def compose_excess_note(invoice: InvoiceFacts, excess_cents: int) -> tuple[NoteAmounts | None, int]:
    """Credit what a progressive invoice billed too much, before taxes, over all of its fees.

    Returns the note (None if there is nothing to give) and what this invoice cannot give back,
    because it was itself lowered by an earlier progressive invoice: that one gives it.
    """
    net = sum(
        fee.creditable_cents - fee.coupon_share(Decimal(fee.creditable_cents))
        for fee in invoice.fees
    )
    given = min(Decimal(excess_cents), Decimal(net))
    if given <= 0:
        return None, excess_cents
    note = credit_in_full(invoice, whole_share(invoice, given / net))
    return note, max(0, excess_cents - round_to_cents(given))


@exact
def compose_void_notes(
    invoice: InvoiceFacts, *, credit_cents: int, refund_cents: int
) -> tuple[NoteAmounts | None, NoteAmounts | None]:
    """Split what is left of a voided invoice: a note for what is asked, and one for the rest.

    The second is to be voided at once. Either is None if it would be empty. Raises Invalid
    ``credit_refund_amount: total_amount_exceeds_invoice_amount``.
    """
    left, asked = value_left(invoice), credit_cents + refund_cents
    limits = caps(invoice)
    if (
        min(credit_cents, refund_cents) < 0
        or credit_cents > limits.creditable_cents
        or refund_cents > limits.refundable_cents
        or asked > left
    ):
        raise Invalid({"credit_refund_amount": ["total_amount_exceeds_invoice_amount"]})
    items = whole_share(invoice, Decimal(asked) / left) if asked else ()
    requested = _exactly(weigh(invoice, items), asked, refund_cents)
    rest = _exactly(_weigh_rest(invoice, requested.worth), left - asked, 0)
    return requested if asked else None, rest if asked < left else None


def check_voidable(*, balance_cents: int, is_voided: bool) -> None:
    """Refuse to void a note of which nothing is left (``no_voidable_amount``)."""
    if is_voided or balance_cents <= 0:
        raise NotAllowed("no_voidable_amount", "Nothing is left of this credit note to void.")


@exact
def rescaled(precise_cents: Decimal, *, old_fee_cents: int, new_fee_cents: int) -> Decimal:
    """Return a draft note's item after its fee was computed anew; all of nothing is nothing."""
    return precise_cents * new_fee_cents / old_fee_cents if old_fee_cents else Decimal(0)


def _weigh_rest(invoice: InvoiceFacts, given: Worth) -> Worth:
    """Work out what is left of each fee once `given` is gone; the items sum to the whole fee."""
    gone = {item.fee: item for item in given.items}
    items, cents = [], {}
    for fee in invoice.fees:
        item = gone.get(fee.key)
        precise = item.precise_amount_cents if item else Decimal(0)
        cents[fee.key] = fee.creditable_cents - (item.amount_cents if item else 0)
        if fee.creditable_cents > precise:
            items.append(NoteItem(fee.key, fee.creditable_cents - precise))
    worth = weigh(invoice, items)
    whole = tuple(replace(item, amount_cents=cents[item.fee]) for item in worth.items)
    return replace(worth, items=whole)


def _exactly(worth: Worth, total_cents: int, refund_cents: int) -> NoteAmounts:
    return NoteAmounts(
        worth=with_total(worth, total_cents),
        credit_amount_cents=total_cents - refund_cents,
        refund_amount_cents=refund_cents,
    )


def _refusals(invoice: InvoiceFacts, worth: Worth, parts: Parts) -> Iterator[tuple[str, str]]:
    if min(parts.credit, parts.refund, parts.offset) < 0 or parts.total <= 0:
        yield "base", "total_amount_must_be_positive"
        return
    if abs(parts.total - round_to_cents(worth.precise_total_amount_cents)) > TOLERANCE:
        yield "base", "does_not_match_item_amounts"
    if parts.total > invoice.fees_with_taxes_cents - invoice.noted_cents + TOLERANCE:
        yield "base", HIGHER
    yield from _refund_refusals(invoice, parts)
    yield from _credit_refusals(invoice, parts)
    yield from _offset_refusals(invoice, parts)


def _refund_refusals(invoice: InvoiceFacts, parts: Parts) -> Iterator[tuple[str, str]]:
    if parts.refund == 0:
        return
    if invoice.paid_cents == 0:
        yield "refund_amount_cents", "cannot_refund_unpaid_invoice"
    elif parts.refund > invoice.paid_cents - invoice.refunded_cents:
        yield "refund_amount_cents", HIGHER
    elif invoice.is_prepaid_credits and parts.refund > (invoice.wallet_balance_cents or 0):
        yield "refund_amount_cents", "higher_than_wallet_balance"


def _credit_refusals(invoice: InvoiceFacts, parts: Parts) -> Iterator[tuple[str, str]]:
    if parts.credit == 0:
        return
    used = sum(note.credit_cents + note.offset_cents for note in invoice.notes)
    if invoice.is_prepaid_credits:
        yield "credit_amount_cents", "cannot_credit_invoice"
    elif parts.credit > invoice.fees_with_taxes_cents - used + TOLERANCE:
        yield "credit_amount_cents", HIGHER


def _offset_refusals(invoice: InvoiceFacts, parts: Parts) -> Iterator[tuple[str, str]]:
    if parts.offset == 0:
        return
    if invoice.is_prepaid_credits and invoice.has_payment_succeeded:
        yield "offset_amount_cents", "cannot_apply_to_paid_invoice"
    elif invoice.is_prepaid_credits and parts.offset != invoice.total_amount_cents:
        yield "offset_amount_cents", "not_equal_to_total_amount"
    elif parts.offset > min(invoice.due_cents, invoice.left_to_note_cents):
        yield "offset_amount_cents", HIGHER


def _given(invoice: InvoiceFacts, worth: Worth, parts: Parts) -> NoteAmounts:
    """Make the parts sum to what the items are worth: by the credit, else the refund, else the offset."""
    difference = worth.total_amount_cents - parts.total
    if difference <= 0:
        return _note(worth, _lowered(parts, -difference))
    if parts.credit:
        return _note(worth, replace(parts, credit=parts.credit + difference))
    name, most = ("refund", invoice.paid_cents - invoice.refunded_cents)
    if not parts.refund:
        name, most = ("offset", min(invoice.due_cents, invoice.left_to_note_cents))
    raised = getattr(parts, name) + difference
    if raised <= most:
        return _note(worth, replace(parts, **{name: raised}))
    if difference <= worth.taxes_amount_cents:
        return _note(with_total(worth, parts.total), parts)
    raise Invalid({"base": ["does_not_match_item_amounts"]})


def _lowered(parts: Parts, excess: int) -> Parts:
    """Take `excess` off the credit, then the refund, then the offset."""
    left = {}
    for name in ("credit", "refund", "offset"):
        taken = min(excess, getattr(parts, name))
        left[name] = getattr(parts, name) - taken
        excess -= taken
    return Parts(**left)


def _note(worth: Worth, parts: Parts) -> NoteAmounts:
    if parts.total <= 0:
        raise Invalid({"base": ["total_amount_must_be_positive"]})
    return NoteAmounts(
        worth=worth,
        credit_amount_cents=parts.credit,
        refund_amount_cents=parts.refund,
        offset_amount_cents=parts.offset,
    )
