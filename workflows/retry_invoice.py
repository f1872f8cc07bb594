"""Make an invoice that has failed once more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.errors import NotAllowed
from invoices.lifecycle import INVOICE, InvoiceStatus
from invoices.models import Invoice
from invoices.models.invoice import InvoiceType
from invoices.operations.locking import lock_invoice
from workflows.issue_invoices import issue_invoices
from workflows.refresh_invoice import invoicing_of


@transaction.atomic
def retry_invoice(invoice: Invoice, *, actor: Actor, at: datetime) -> Invoice:
    """Rate a failed invoice of subscriptions again, make it final and return it.

    Raises NotAllowed ``invalid_status`` for an invoice that has not failed, and for one without subscriptions.
    """
    invoice = lock_invoice(invoice)
    has_failed = invoice.status == InvoiceStatus.FAILED
    if not has_failed or invoice.invoice_type != InvoiceType.SUBSCRIPTION:
        raise NotAllowed("invalid_status", "Only an invoice that has failed is retried.")
    INVOICE.require(invoice.status, InvoiceStatus.PENDING)
    invoice.status = InvoiceStatus.PENDING
    invoicing = invoicing_of(invoice, is_final=True, finalized_at=at)
    [final] = issue_invoices([invoicing], actor=actor, at=at)
    return final
