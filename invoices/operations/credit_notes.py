"""Issue, consume, void and finalize credit notes."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Max

from activity import journal
from activity.actors import Actor
from billing.credits import NoteAmounts, NoteGrant, check_voidable
from billing.errors import Invalid, NotFound
from billing.money import round_to
from billing.numbering import credit_note_number
from catalog.models import Tax
from invoices.lifecycle import CREDIT, CreditStatus, InvoiceStatus, PaymentStatus, RefundStatus
from invoices.models import CreditNote, CreditNoteItem, CreditNoteTax, Invoice
from invoices.models.credit_note import Reason
from invoices.operations.locking import lock_credit_note
from invoices.operations.note_offsets import credit_what_is_not_due
from persistence.saving import create_all, save_valid


@transaction.atomic
def store_note(
    invoice: Invoice,
    amounts: NoteAmounts,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    description: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> CreditNote:
    """Store a credit note that has been worked out; `invoice` is locked and comes with its customer.

    On a draft invoice the note is a draft too. An offset lowers what is due at once. Raises Invalid for an
    unknown reason.
    """
    if reason not in Reason.values:
        raise Invalid({"reason": ["value_is_invalid"]}, "That is no reason of a credit note.")
    require_metadata(metadata or {})
    note = save_valid(_new_note(invoice, amounts, reason, description, metadata, at))
    _store_parts(note, amounts)
    if amounts.offset_amount_cents and note.status == InvoiceStatus.FINALIZED:
        _offset(invoice, amounts.offset_amount_cents, at)
    journal.record(note, "credit_note.issued", actor=actor, at=at, after=journal.snapshot(note))
    if note.status == InvoiceStatus.FINALIZED:
        _announce(note, at)
    return note


def _new_note(
    invoice: Invoice,
    amounts: NoteAmounts,
    reason: str,
    description: str | None,
    metadata: Mapping[str, Any] | None,
    at: datetime,
) -> CreditNote:
    worth = amounts.worth
    last = CreditNote.objects.filter(invoice=invoice).aggregate(last=Max("sequential_id"))["last"]
    sequential_id = (last or 0) + 1
    return CreditNote(
        organization_id=invoice.organization_id,
        customer=invoice.customer,
        invoice=invoice,
        sequential_id=sequential_id,
        number=credit_note_number(invoice.number, sequential_id),
        status=InvoiceStatus.DRAFT if invoice.is_draft else InvoiceStatus.FINALIZED,
        credit_status=CreditStatus.AVAILABLE if amounts.credit_amount_cents else None,
        refund_status=RefundStatus.PENDING if amounts.refund_amount_cents else None,
        reason=reason,
        description=description,
        metadata=metadata,
        currency=invoice.currency,
        issuing_date=invoice.customer.local_date(at),
        total_amount_cents=amounts.total_amount_cents,
        credit_amount_cents=amounts.credit_amount_cents,
        refund_amount_cents=amounts.refund_amount_cents,
        offset_amount_cents=amounts.offset_amount_cents,
        balance_amount_cents=amounts.credit_amount_cents,
        sub_total_excluding_taxes_amount_cents=worth.sub_total_excluding_taxes_amount_cents,
        taxes_amount_cents=worth.taxes_amount_cents,
        precise_taxes_amount_cents=round_to(worth.precise_taxes_amount_cents, 5),
        taxes_rate=worth.taxes_rate,
        coupons_adjustment_amount_cents=worth.coupons_adjustment_amount_cents,
        precise_coupons_adjustment_amount_cents=round_to(
            worth.precise_coupons_adjustment_amount_cents, 5
        ),
        created_at=at,
        updated_at=at,
    )


def _store_parts(note: CreditNote, amounts: NoteAmounts) -> None:
    owner = {"organization_id": note.organization_id, "created_at": note.created_at}
    create_all(
        [
            CreditNoteItem(
                credit_note=note,
                fee_id=cast(uuid.UUID, item.fee),
                amount_cents=item.amount_cents,
                precise_amount_cents=round_to(item.precise_amount_cents, 5),
                amount_currency=note.currency,
                **owner,
            )
            for item in amounts.worth.items
        ]
    )
    applied = amounts.worth.applied_taxes
    rows: dict[Hashable, Tax] = {
        tax.pk: tax for tax in Tax.objects.filter(pk__in=[each.tax.key for each in applied])
    }
    create_all(
        [
            CreditNoteTax(
                credit_note=note,
                tax=rows.get(each.tax.key),
                tax_name=each.tax.name,
                tax_code=each.tax.code,
                tax_description=getattr(rows.get(each.tax.key), "description", None),
                tax_rate=each.tax.rate,
                amount_cents=each.amount_cents,
                base_amount_cents=int(each.base_cents),
                **owner,
            )
            for each in applied
        ]
    )


def _offset(invoice: Invoice, cents: int, at: datetime) -> None:
    """Lower what is due on the note's own invoice, which may thereby be settled."""
    invoice.offset_amount_cents += cents
    invoice.updated_at = at
    if invoice.total_due_amount_cents == 0:
        invoice.payment_status = PaymentStatus.SUCCEEDED
        invoice.payment_overdue = False
    save_valid(
        invoice,
        update_fields=["offset_amount_cents", "payment_status", "payment_overdue", "updated_at"],
    )


def _announce(note: CreditNote, at: datetime) -> None:
    journal.announce(note, "credit_note.created", at=at)
    journal.announce(note, "credit_note.document", at=at, topic="document")
    if note.refund_amount_cents:
        journal.announce(note, "credit_note.refund", at=at, topic="refund")


def consume_notes(
    grants: Sequence[NoteGrant], rows: Mapping[uuid.UUID, CreditNote], *, at: datetime
) -> None:
    """Take from each credit note what it pays of an invoice; the customer's row is locked."""
    for grant in grants:
        note = rows[grant.key]  # type: ignore[index]
        note.balance_amount_cents -= grant.amount_cents
        if note.balance_amount_cents == 0:
            _set_credit_status(note, CreditStatus.CONSUMED)
        note.updated_at = at
        save_valid(note, update_fields=["balance_amount_cents", "credit_status", "updated_at"])


def give_back(note: CreditNote, cents: int, *, at: datetime) -> None:
    """Return to a credit note what a voided invoice had taken; a voided note stays void."""
    if note.credit_status == CreditStatus.VOIDED:
        return
    note.balance_amount_cents += cents
    if note.credit_status != CreditStatus.AVAILABLE:
        _set_credit_status(note, CreditStatus.AVAILABLE)
    note.updated_at = at
    save_valid(note, update_fields=["balance_amount_cents", "credit_status", "updated_at"])


def _set_credit_status(note: CreditNote, status: CreditStatus) -> None:
    CREDIT.require(note.credit_status or "", status)
    note.credit_status = status


@transaction.atomic
def void_note(note: CreditNote, *, actor: Actor, at: datetime) -> CreditNote:
    """Void what is left of a credit note; what it has paid already stays paid.

    Raises NotFound for a draft and NotAllowed ``no_voidable_amount`` when nothing is left.
    """
    note = lock_credit_note(note)
    if note.status != InvoiceStatus.FINALIZED:
        raise NotFound("credit_note")
    check_voidable(
        balance_cents=note.balance_amount_cents,
        is_voided=note.credit_status == CreditStatus.VOIDED,
    )
    before = journal.snapshot(note)
    _set_credit_status(note, CreditStatus.VOIDED)
    note.balance_amount_cents = 0
    note.voided_at = note.updated_at = at
    save_valid(
        note,
        update_fields=["credit_status", "voided_at", "balance_amount_cents", "updated_at"],
    )
    old, new = journal.changes(before, journal.snapshot(note))
    journal.record(note, "credit_note.voided", actor=actor, at=at, before=old, after=new)
    return note


def finalize_notes_of(invoice: Invoice, *, actor: Actor, at: datetime) -> list[CreditNote]:
    """Finalize the draft credit notes of an invoice that has just become final."""
    notes = list(
        CreditNote.objects.filter(invoice=invoice, status=InvoiceStatus.DRAFT).order_by(
            "sequential_id"
        )
    )
    for note in notes:
        note.status = InvoiceStatus.FINALIZED
        note.number = credit_note_number(invoice.number, note.sequential_id)
        note.issuing_date = invoice.customer.local_date(at)
        note.updated_at = at
        changed = credit_what_is_not_due(note, invoice)
        save_valid(note, update_fields=["status", "number", "issuing_date", "updated_at", *changed])
        if note.offset_amount_cents:
            _offset(invoice, note.offset_amount_cents, at)
        journal.record(note, "credit_note.finalized", actor=actor, at=at)
        _announce(note, at)
    return notes


@transaction.atomic
def set_refund_status(note: CreditNote, status: str, *, actor: Actor, at: datetime) -> CreditNote:
    """Say what became of the refund. Raises Invalid for an unknown status, or when nothing is refunded."""
    if status not in RefundStatus.values:
        raise Invalid({"refund_status": ["value_is_invalid"]}, "That is no status of a refund.")
    note = lock_credit_note(note)
    if note.refund_status is None:
        raise Invalid({"refund_status": ["value_is_invalid"]}, "This note refunds nothing.")
    before = note.refund_status
    note.refund_status, note.updated_at = status, at
    note.refunded_at = at if status == RefundStatus.SUCCEEDED else None
    save_valid(note, update_fields=["refund_status", "refunded_at", "updated_at"])
    journal.record(
        note,
        f"credit_note.refund_{status}",
        actor=actor,
        at=at,
        before={"refund_status": before},
        after={"refund_status": status},
    )
    return note


@transaction.atomic
def set_metadata(
    note: CreditNote, metadata: Mapping[str, Any], *, actor: Actor, at: datetime
) -> CreditNote:
    """Replace the metadata of a credit note. Raises Invalid (``metadata``) for what is too much."""
    require_metadata(metadata)
    note = lock_credit_note(note)
    note.metadata, note.updated_at = dict(metadata) or None, at
    save_valid(note, update_fields=["metadata", "updated_at"])
    journal.record(
        note, "credit_note.updated", actor=actor, at=at, after={"metadata": note.metadata}
    )
    return note


def require_metadata(metadata: Mapping[str, Any]) -> None:
    """Refuse metadata of a credit note that are too much: Invalid ``metadata``."""
    errors = metadata_errors(metadata)
    if errors:
        raise Invalid({"metadata": errors}, "Metadata are at most 50 short keys and values.")


def metadata_errors(metadata: Mapping[str, Any]) -> list[str]:
    """Return the codes of what is wrong with metadata of a credit note."""
    errors = []
    if len(metadata) > 50:
        errors.append("too_many_keys")
    if any(len(str(key)) > 40 for key in metadata):
        errors.append("key_too_long")
    if any(len(str(value)) > 255 for value in metadata.values()):
        errors.append("value_too_long")
    return errors
