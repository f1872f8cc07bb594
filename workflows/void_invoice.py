"""Void a final invoice and undo what it used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.credits import compose_void_notes
from billing.errors import NotAllowed
from coupons.operations import applied as coupons
from invoices.lifecycle import INVOICE, InvoiceStatus
from invoices.models import BilledPeriod, CreditNote, Invoice, PrepaidCredit
from invoices.models.credit_note import Reason
from invoices.operations import credit_notes
from invoices.operations.locking import lock_invoice
from invoices.operations.note_facts import facts_of
from persistence.saving import save_valid
from wallets.operations import transactions as wallets


@dataclass(frozen=True, kw_only=True)
class VoidNote:
    """The credit note that a void may leave: what is credited and what is refunded, in minor units."""

    credit_cents: int = 0
    refund_cents: int = 0


@transaction.atomic
def void_invoice(
    invoice: Invoice, *, actor: Actor, at: datetime, note: VoidNote | None = None
) -> Invoice:
    """Void a final invoice and return it.

    Without a `note` all that it used is given back: coupons, credit notes, prepaid credits; that is refused
    (NotAllowed ``not_voidable``) once something has been paid or credited. With a note, that much is credited
    or refunded, the rest of the invoice is credited and voided at once, and prepaid credits stay spent.
    """
    invoice = lock_invoice(invoice)
    if not INVOICE.allows(invoice.status, InvoiceStatus.VOIDED):
        raise NotAllowed("not_voidable", "Only a final invoice can be voided.")
    if note is None and not is_voidable(invoice):
        raise NotAllowed("not_voidable", "Something has been paid or credited on this invoice.")
    if note is not None:
        _leave_notes(invoice, note, actor=actor, at=at)
    before = invoice.status
    invoice.status, invoice.voided_at, invoice.updated_at = InvoiceStatus.VOIDED, at, at
    invoice.payment_overdue, invoice.ready_for_payment_processing = False, False
    save_valid(
        invoice,
        update_fields=[
            "status",
            "voided_at",
            "payment_overdue",
            "ready_for_payment_processing",
            "updated_at",
        ],
    )
    BilledPeriod.objects.filter(invoice=invoice).update(is_released=True)
    _reinstate_coupons(invoice, actor=actor, at=at)
    if note is None:
        _give_back_credit_notes(invoice, at=at)
        _restore_credits(invoice, actor=actor, at=at)
    journal.record(
        invoice,
        "invoice.voided",
        actor=actor,
        at=at,
        before={"status": before},
        after={"status": "voided"},
    )
    journal.announce(invoice, "invoice.voided", at=at)
    return invoice


def is_voidable(invoice: Invoice) -> bool:
    """Say whether the invoice may be voided without a credit note: nothing paid, credited or disputed."""
    return (
        invoice.is_final
        and invoice.total_paid_amount_cents == 0
        and invoice.payment_dispute_lost_at is None
        and not (invoice.payment_status == "succeeded" and invoice.total_amount_cents > 0)
        and not CreditNote.objects.filter(invoice=invoice).exclude(credit_status="voided").exists()
    )


def _leave_notes(invoice: Invoice, note: VoidNote, *, actor: Actor, at: datetime) -> None:
    asked, rest = compose_void_notes(
        facts_of(invoice), credit_cents=note.credit_cents, refund_cents=note.refund_cents
    )
    if asked is not None:
        credit_notes.store_note(invoice, asked, reason=Reason.OTHER, actor=actor, at=at)
    if rest is not None and rest.total_amount_cents > 0:
        left = credit_notes.store_note(invoice, rest, reason=Reason.OTHER, actor=actor, at=at)
        credit_notes.void_note(left, actor=actor, at=at)


def _reinstate_coupons(invoice: Invoice, *, actor: Actor, at: datetime) -> None:
    for credit in invoice.coupon_credits.select_related("applied_coupon").order_by("pk"):
        coupons.reinstate(credit.applied_coupon, actor=actor, at=at)


def _give_back_credit_notes(invoice: Invoice, *, at: datetime) -> None:
    for credit in invoice.credit_note_credits.filter(is_returned=False).order_by("pk"):
        note = CreditNote.objects.select_for_update().get(pk=credit.credit_note_id)
        credit_notes.give_back(note, credit.amount_cents, at=at)
        credit.is_returned = True
        save_valid(credit, update_fields=["is_returned"])


def _restore_credits(invoice: Invoice, *, actor: Actor, at: datetime) -> None:
    """Grant back what active wallets had paid; one that has ended gets nothing back."""
    spent = (
        PrepaidCredit.objects.filter(invoice=invoice, role=PrepaidCredit.Role.SPENT)
        .select_related("wallet_transaction__wallet")
        .order_by("pk")
    )
    for tie in spent:
        if not tie.wallet_transaction.wallet.is_active:
            continue
        restored = wallets.restore(tie.wallet_transaction, actor=actor, at=at)
        save_valid(
            PrepaidCredit(
                organization_id=invoice.organization_id,
                invoice=invoice,
                wallet_transaction=restored,
                role=PrepaidCredit.Role.RESTORED,
                created_at=at,
            )
        )
