"""Change what may be changed of an invoice: whether it is paid, and its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from invoices.models import Invoice
from invoices.operations.metadata import set_metadata
from workflows.update_invoice_payment import update_invoice_payment


@transaction.atomic
def update_invoice(
    invoice: Invoice, *, given: Mapping[str, Any], actor: Actor, at: datetime
) -> Invoice:
    """Set `payment_status` and `metadata` as far as `given` names them and return the invoice.

    Raises Invalid, and NotAllowed for a draft or a voided invoice.
    """
    if given.get("payment_status") is not None:
        invoice = update_invoice_payment(
            invoice, payment_status=given["payment_status"], actor=actor, at=at
        )
    if given.get("metadata") is not None:
        invoice = set_metadata(invoice, given["metadata"], actor=actor, at=at)
    return invoice
