"""Finalize a draft: rate it once more, take coupons, credit notes and prepaid credits, give it its number."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from activity.actors import Actor
from billing.errors import NotFound
from invoices.models import Invoice
from invoices.operations.draft_notes import amounts_of, rescale_draft_notes
from invoices.operations.locking import lock_invoice
from workflows.issue_invoices import issue_invoices
from workflows.refresh_invoice import invoicing_of


@transaction.atomic
def finalize_invoice(invoice: Invoice, *, actor: Actor, at: datetime) -> Invoice:
    """Make a draft final and return it.

    One that the clock has finalized meanwhile, its grace period over, comes back as it is: what was asked for has
    happened. Raises NotFound for any other invoice that is no draft, and changes nothing then.
    """
    invoice = lock_invoice(invoice)
    if invoice.is_final and invoice.has_served_its_grace:
        return invoice
    if not invoice.is_draft:
        raise NotFound("invoice", "Only a draft can be finalized.")
    before = amounts_of(invoice)
    rescaled = partial(rescale_draft_notes, before=before, at=at)
    invoicing = invoicing_of(invoice, is_final=True, finalized_at=at)
    [final] = issue_invoices([invoicing], actor=actor, at=at, before_conclusion=rescaled)
    return final
