"""What credit notes need to know of an invoice."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

from billing.errors import NotFound
from billing.lines import ZERO, TaxTerms

CREDIT_INVOICE = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeFacts:
    """A fee of the invoice.

    `precise_coupons_amount_cents` includes progressive credit; `credited_cents` is the sum of the items
    of earlier credit notes on it (before coupons and taxes).
    """

    key: Hashable
    amount_cents: int
    precise_coupons_amount_cents: Decimal = ZERO
    taxes: tuple[TaxTerms, ...] = ()
    credited_cents: int = 0

    @property
    def creditable_cents(self) -> int:
        """What of the fee no credit note has given back, before coupons and taxes."""
        return max(0, self.amount_cents - self.credited_cents)

    @property
    def rate(self) -> Decimal:
        """The sum of the rates of its taxes."""
        return sum((tax.rate for tax in self.taxes), ZERO)

    def coupon_share(self, amount_cents: Decimal) -> Decimal:
        """Return the part of the fee's coupons that belongs to `amount_cents` of it."""
        if self.amount_cents == 0:
            return ZERO
        return self.precise_coupons_amount_cents * amount_cents / self.amount_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierNote:
    """A credit note that the invoice already has, whatever has become of it since."""

    credit_cents: int = 0
    refund_cents: int = 0
    offset_cents: int = 0
    taxes_cents: int = 0
    precise_taxes_cents: Decimal = ZERO

    @property
    def total_cents(self) -> int:
        """All that the note gives."""
        return self.credit_cents + self.refund_cents + self.offset_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """The invoice as it is now, with its earlier credit notes.

    `paid_cents` is what payments have brought; `wallet_balance_cents` is asked of an invoice of prepaid
    credits only (None: its wallet is not active).
    """

    invoice_type: str
    fees: tuple[FeeFacts, ...]
    taxes_amount_cents: int
    total_amount_cents: int
    coupons_amount_cents: int = 0
    progressive_billing_credit_amount_cents: int = 0
    paid_cents: int = 0
    is_draft: bool = False
    has_payment_succeeded: bool = False
    wallet_balance_cents: int | None = None
    notes: tuple[EarlierNote, ...] = ()

    @property
    def is_prepaid_credits(self) -> bool:
        """Say whether it sold credits of a wallet."""
        return self.invoice_type == CREDIT_INVOICE

    @property
    def fees_amount_cents(self) -> int:
        """The fees before coupons and taxes."""
        return sum(fee.amount_cents for fee in self.fees)

    @property
    def fees_with_taxes_cents(self) -> int:
        """The fees with taxes, coupons not taken off."""
        return self.fees_amount_cents + self.taxes_amount_cents

    @property
    def taken_off_cents(self) -> int:
        """Coupons and progressive credit."""
        return self.coupons_amount_cents + self.progressive_billing_credit_amount_cents

    @property
    def sub_total_including_taxes_cents(self) -> int:
        """What the invoice came to before credit notes and wallets paid for it."""
        return self.fees_with_taxes_cents - self.taken_off_cents

    @property
    def refunded_cents(self) -> int:
        """What earlier notes gave back of the payments."""
        return sum(note.refund_cents for note in self.notes)

    @property
    def noted_cents(self) -> int:
        """What earlier notes gave in all."""
        return sum(note.total_cents for note in self.notes)

    @property
    def due_cents(self) -> int:
        """What is still to be paid."""
        offset = sum(note.offset_cents for note in self.notes)
        return max(0, self.total_amount_cents - self.paid_cents - offset)

    @property
    def left_to_note_cents(self) -> int:
        """The most that further notes may give together."""
        return max(0, self.sub_total_including_taxes_cents - self.noted_cents)

    def fee(self, key: Hashable) -> FeeFacts:
        """Return the fee `key`. Raises NotFound ``fee_not_found``."""
        found = next((fee for fee in self.fees if fee.key == key), None)
        if found is None:
            raise NotFound("fee")
        return found


@dataclass(frozen=True, slots=True)
class NoteItem:
    """A part of a fee to give back: before coupons and taxes, in minor units, 5 decimals at most."""

    fee: Hashable
    amount_cents: int | Decimal
