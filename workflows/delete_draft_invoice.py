"""Delete a draft: its periods are free again, and the next run or a new draft may bill them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import NotAllowed
from invoices.lifecycle import InvoiceStatus
from invoices.models import BilledPeriod, CreditNote, Invoice
from invoices.operations.locking import lock_invoice
from persistence.saving import save_valid


@transaction.atomic
def delete_draft_invoice(invoice: Invoice, *, actor: Actor, at: datetime) -> Invoice:
    """Delete a draft and return it; raises NotAllowed ``not_deletable`` for any other invoice."""
    invoice = lock_invoice(invoice)
    if not invoice.is_draft or CreditNote.objects.filter(invoice=invoice).exists():
        raise NotAllowed("not_deletable", "Only a draft without credit notes can be deleted.")
    invoice.status, invoice.updated_at = InvoiceStatus.DELETED, at
    save_valid(invoice, update_fields=["status", "updated_at"])
    BilledPeriod.objects.filter(invoice=invoice).update(is_released=True)
    journal.record(invoice, "invoice.deleted", actor=actor, at=at)
    journal.announce(invoice, "invoice.deleted", at=at)
    return invoice
