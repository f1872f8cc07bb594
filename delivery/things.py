"""Finding what a message of the outbox speaks of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps

MODELS = {
    "invoice": "invoices.Invoice",
    "credit_note": "invoices.CreditNote",
    "payment_receipt": "payments.PaymentReceipt",
    "payment_request": "payments.PaymentRequest",
}


def thing_of(object_type: str, pk: UUID) -> Any:
    """Return the row of that type and id; raises LookupError for a type that has no document."""
    if object_type not in MODELS:
        raise LookupError(f"Nothing is issued for {object_type}.")
    return apps.get_model(MODELS[object_type])._base_manager.get(pk=pk)
