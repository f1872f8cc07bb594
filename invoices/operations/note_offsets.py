"""What a draft credit note sets off against an invoice that owes less once it is final."""

from __future__ import annotations

from invoices.lifecycle import CreditStatus
from invoices.models import CreditNote, Invoice


def credit_what_is_not_due(note: CreditNote, invoice: Invoice) -> list[str]:
    """Turn what the note offsets beyond what is due into credit, and return the columns that changed.

    Between the draft and its end other credit notes, coupons or prepaid credits may have paid of the invoice.
    """
    excess: int = note.offset_amount_cents - invoice.total_due_amount_cents
    if excess <= 0:
        return []
    note.offset_amount_cents -= excess
    note.credit_amount_cents += excess
    note.balance_amount_cents += excess
    note.credit_status = CreditStatus.AVAILABLE
    return [
        "offset_amount_cents",
        "credit_amount_cents",
        "balance_amount_cents",
        "credit_status",
    ]
