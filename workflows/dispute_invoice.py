"""Note that the dispute over an invoice is lost: it will not be paid, and is asked for no more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import NotAllowed
from invoices.models import Invoice
from invoices.operations.locking import lock_invoice
from persistence.saving import save_valid


@transaction.atomic
def dispute_invoice(invoice: Invoice, *, actor: Actor, at: datetime) -> Invoice:
    """Mark the dispute lost, for good; raises NotAllowed ``not_disputable`` unless final or voided."""
    invoice = lock_invoice(invoice)
    if not invoice.is_final and not invoice.is_voided:
        raise NotAllowed("not_disputable", "Only a final or voided invoice can be disputed.")
    invoice.payment_dispute_lost_at, invoice.payment_overdue, invoice.updated_at = at, False, at
    save_valid(invoice, update_fields=["payment_dispute_lost_at", "payment_overdue", "updated_at"])
    journal.record(invoice, "invoice.payment_dispute_lost", actor=actor, at=at)
    journal.announce(invoice, "invoice.payment_dispute_lost", at=at)
    return invoice
