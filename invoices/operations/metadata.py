"""Notes on invoices: at most five."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotAllowed
from invoices.models import Invoice, InvoiceMetadata
from invoices.operations.locking import lock_invoice
from persistence.saving import save_valid

MOST, LONGEST_KEY, LONGEST_VALUE = 5, 20, 140


@transaction.atomic
def set_metadata(
    invoice: Invoice, rows: Sequence[Mapping[str, Any]], *, actor: Actor, at: datetime
) -> Invoice:
    """Replace the notes on an invoice: those with a known id are changed, others made, the rest removed.

    Raises NotAllowed ``metadata_on_draft_invoice``, Invalid ``metadata`` (invalid_count, key_too_long,
    value_too_long, value_is_mandatory).
    """
    invoice = lock_invoice(invoice)
    if invoice.is_draft:
        raise NotAllowed("metadata_on_draft_invoice", "A draft takes no metadata.")
    if codes := _errors(rows):
        raise Invalid(
            {"metadata": codes}, "At most five notes, keys to 20 characters, values to 140."
        )
    known = {str(row.pk): row for row in InvoiceMetadata.objects.filter(invoice=invoice)}
    kept = [known[str(row.get("id"))] for row in rows if str(row.get("id")) in known]
    InvoiceMetadata.objects.filter(invoice=invoice).exclude(
        pk__in=[row.pk for row in kept]
    ).delete()
    for given in rows:
        row = known.get(str(given.get("id"))) or InvoiceMetadata(
            organization_id=invoice.organization_id, invoice=invoice, created_at=at
        )
        row.key, row.value, row.updated_at = (
            given.get("key") or row.key,
            given.get("value") or "",
            at,
        )
        save_valid(row)
    journal.record(
        invoice,
        "invoice.updated",
        actor=actor,
        at=at,
        after={"metadata": {str(row.get("key")): row.get("value") for row in rows}},
    )
    return invoice


def _errors(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    errors = ["invalid_count"] if len(rows) > MOST else []
    if any(not row.get("key") and not _is_id(row.get("id")) for row in rows):
        errors.append("value_is_mandatory")
    if any(len(row.get("key") or "") > LONGEST_KEY for row in rows):
        errors.append("key_too_long")
    if any(len(row.get("value") or "") > LONGEST_VALUE for row in rows):
        errors.append("value_too_long")
    return errors


def _is_id(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True
