"""Credit notes on a draft follow its fees when they are rated again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from billing.credits import NoteItem, Worth, credit_in_full, rescaled
from billing.money import round_to
from invoices.lifecycle import InvoiceStatus
from invoices.models import CreditNote, CreditNoteItem, CreditNoteTax, Fee, Invoice
from invoices.operations.note_facts import facts_of
from persistence.saving import save_valid


def amounts_of(invoice: Invoice) -> dict[uuid.UUID, int]:
    """Return the amount of each fee, in minor units, as it is before the refresh."""
    return dict(Fee.objects.filter(invoice=invoice).values_list("pk", "amount_cents"))


def rescale_draft_notes(invoice: Invoice, *, before: Mapping[uuid.UUID, int], at: datetime) -> None:
    """Rescale the items of the invoice's draft credit notes by what became of their fees."""
    notes = CreditNote.objects.filter(invoice=invoice, status=InvoiceStatus.DRAFT)
    for note in notes.order_by("sequential_id"):
        _rescale(note, invoice, before, at)


EMPTY = {
    "total_amount_cents": 0,
    "credit_amount_cents": 0,
    "refund_amount_cents": 0,
    "offset_amount_cents": 0,
    "balance_amount_cents": 0,
    "sub_total_excluding_taxes_amount_cents": 0,
    "taxes_amount_cents": 0,
    "precise_taxes_amount_cents": 0,
}


def _rescale(
    note: CreditNote, invoice: Invoice, before: Mapping[uuid.UUID, int], at: datetime
) -> None:
    """Work the note out again: its fees, or the coupons that came off them, may have changed."""
    items = list(CreditNoteItem.objects.filter(credit_note=note).order_by("pk"))
    asked = _asked(items, before, amounts_of(invoice))
    # The note itself must not count among what has been given back already.
    CreditNoteItem.objects.filter(credit_note=note).update(amount_cents=0, precise_amount_cents=0)
    CreditNote.objects.filter(pk=note.pk).update(**EMPTY)
    worth = credit_in_full(facts_of(invoice), asked).worth
    shares = {share.fee: share for share in worth.items}
    for item in items:
        share = shares[item.fee_id]
        item.amount_cents = share.amount_cents
        item.precise_amount_cents = round_to(share.precise_amount_cents, 5)
        save_valid(item, update_fields=["amount_cents", "precise_amount_cents"])
    _take_worth(note, worth, at)
    taxes = {row.tax_code: row for row in CreditNoteTax.objects.filter(credit_note=note)}
    for applied in worth.applied_taxes:
        row = taxes.get(applied.tax.code)
        if row is not None:
            row.amount_cents, row.base_amount_cents = applied.amount_cents, int(applied.base_cents)
            save_valid(row, update_fields=["amount_cents", "base_amount_cents"])


def _asked(
    items: Sequence[CreditNoteItem],
    before: Mapping[uuid.UUID, int],
    after: Mapping[uuid.UUID, int],
) -> list[NoteItem]:
    """The items as their fees have grown or shrunk."""
    return [
        NoteItem(
            item.fee_id,
            rescaled(
                item.precise_amount_cents,
                old_fee_cents=before.get(item.fee_id, 0),
                new_fee_cents=after.get(item.fee_id, 0),
            ),
        )
        for item in items
    ]


def _take_worth(note: CreditNote, worth: Worth, at: datetime) -> None:
    """Let the note be worth that much; what was to be offset stays so as far as it goes."""
    note.total_amount_cents = worth.total_amount_cents
    note.offset_amount_cents = min(note.offset_amount_cents, worth.total_amount_cents)
    note.credit_amount_cents = worth.total_amount_cents - note.offset_amount_cents
    note.balance_amount_cents, note.refund_amount_cents = note.credit_amount_cents, 0
    note.sub_total_excluding_taxes_amount_cents = worth.sub_total_excluding_taxes_amount_cents
    note.taxes_amount_cents = worth.taxes_amount_cents
    note.precise_taxes_amount_cents = round_to(worth.precise_taxes_amount_cents, 5)
    note.taxes_rate = worth.taxes_rate
    note.coupons_adjustment_amount_cents = worth.coupons_adjustment_amount_cents
    note.precise_coupons_adjustment_amount_cents = round_to(
        worth.precise_coupons_adjustment_amount_cents, 5
    )
    note.updated_at = at
    save_valid(note)
