"""Keep what is to be done to many invoices, and what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid
from invoices.models import Invoice, InvoiceBatch, InvoiceBatchRow
from invoices.models.batch import RowState
from organizations.models import Membership
from persistence.saving import create_all, save_valid

MOST = 1000
"""Invoices of one batch."""


@dataclass(frozen=True)
class NewBatch:
    """What is to be done to `chosen` invoices, as they were shown; `left_out` are others, each with the reason."""

    pk: uuid.UUID
    action: str
    chosen: Sequence[Invoice]
    left_out: Sequence[tuple[Invoice, str]] = ()
    reference: str = ""


@transaction.atomic
def start(membership: Membership, *, asked: NewBatch, actor: Actor, at: datetime) -> InvoiceBatch:
    """Store a batch whose rows wait; raises Invalid ``rows`` for none, or more than MOST."""
    if not asked.chosen or len(asked.chosen) + len(asked.left_out) > MOST:
        raise Invalid({"rows": ["value_is_out_of_range"]}, "Choose between 1 and 1,000 invoices.")
    batch = InvoiceBatch(
        id=asked.pk,
        organization=membership.organization,
        operator=membership.operator,
        action=asked.action,
        reference=asked.reference,
        created_at=at,
    )
    save_valid(batch)
    waiting = [(invoice, RowState.WAITING, "") for invoice in asked.chosen]
    others = [(invoice, RowState.LEFT_OUT, why) for invoice, why in asked.left_out]
    create_all(
        [
            InvoiceBatchRow(
                organization=batch.organization,
                batch=batch,
                invoice=invoice,
                position=position,
                shown_status=invoice.status,
                shown_total_cents=invoice.total_amount_cents,
                shown_due_cents=invoice.total_due_amount_cents,
                state=state,
                words=why,
            )
            for position, (invoice, state, why) in enumerate(waiting + others)
        ],
        batch_size=500,
    )
    after = {"action": asked.action, "invoices": len(asked.chosen), "reference": asked.reference}
    journal.record(batch, "invoice_batch.started", actor=actor, at=at, after=after)
    return batch


def take_next(batch: InvoiceBatch) -> InvoiceBatchRow | None:
    """Lock and return the next row that waits and that nobody else is at; None when there is none."""
    rows = InvoiceBatchRow.objects.filter(batch=batch, state=RowState.WAITING)
    locked = rows.order_by("position").select_for_update(skip_locked=True, of=("self",))
    return locked.select_related("invoice").first()


def conclude(row: InvoiceBatchRow, *, state: str, words: str = "", at: datetime) -> None:
    """Note what became of a row."""
    row.state, row.words, row.done_at = state, words, at
    save_valid(row, update_fields=["state", "words", "done_at"])


@transaction.atomic
def finish_if_done(batch: InvoiceBatch, *, at: datetime) -> bool:
    """Close a batch of which no row waits; say whether it is closed."""
    batch = InvoiceBatch.objects.filter(pk=batch.pk).locked().get()
    if batch.rows.filter(state=RowState.WAITING).exists():
        return False
    if batch.finished_at is None:
        batch.finished_at = at
        save_valid(batch, update_fields=["finished_at"])
    return True
