"""Issue a credit note by hand: credit, refund, offset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from billing.credits import NoteItem, compose_credit_note
from billing.errors import NotFound
from billing.wallets import credits_for
from invoices.models import CreditNote, Invoice, PrepaidCredit
from invoices.models.credit_note import Reason
from invoices.models.invoice import InvoiceType
from invoices.operations.credit_notes import store_note
from invoices.operations.locking import lock_invoice
from invoices.operations.note_facts import facts_of
from persistence.saving import save_valid
from wallets.operations import transactions as wallets


@dataclass(frozen=True, kw_only=True)
class NewCreditNote:
    """What is asked for; amounts in minor units with tax, items before coupons and tax."""

    items: Sequence[NoteItem]
    credit_cents: int = 0
    refund_cents: int = 0
    offset_cents: int = 0
    reason: str = Reason.OTHER
    description: str | None = None
    metadata: Mapping[str, Any] | None = None


@transaction.atomic
def issue_credit_note(
    invoice: Invoice, *, asked: NewCreditNote, actor: Actor, at: datetime
) -> CreditNote:
    """Issue a credit note on an invoice, of a deleted customer too, and return it.

    A refund of prepaid credits takes the credits back. Raises NotFound for an invoice that has not been made
    visible, and whatever `billing.credits.compose_credit_note` raises.
    """
    invoice = lock_invoice(invoice)
    if invoice.status not in ("draft", "finalized", "voided"):
        raise NotFound("invoice")
    amounts = compose_credit_note(
        facts_of(invoice),
        asked.items,
        credit_cents=asked.credit_cents,
        refund_cents=asked.refund_cents,
        offset_cents=asked.offset_cents,
    )
    note = store_note(
        invoice,
        amounts,
        reason=asked.reason,
        description=asked.description,
        metadata=asked.metadata,
        actor=actor,
        at=at,
    )
    if invoice.invoice_type == InvoiceType.CREDIT and note.refund_amount_cents:
        _take_credits_back(note, actor=actor, at=at)
    return note


def _take_credits_back(note: CreditNote, *, actor: Actor, at: datetime) -> None:
    bought = (
        PrepaidCredit.objects.filter(invoice=note.invoice, role=PrepaidCredit.Role.PURCHASED)
        .select_related("wallet_transaction__wallet")
        .get()
    )
    wallet = bought.wallet_transaction.wallet
    voided = wallets.void(
        wallet,
        credits=credits_for(note.refund_amount_cents, wallet.rate_amount, wallet.currency),
        actor=actor,
        at=at,
    )
    save_valid(
        PrepaidCredit(
            organization_id=note.organization_id,
            invoice=note.invoice,
            wallet_transaction=voided,
            role=PrepaidCredit.Role.REFUNDED,
            credit_note=note,
            created_at=at,
        )
    )
