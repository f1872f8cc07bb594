"""Do what an outbox message of the topics ``payment`` and ``refund`` asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from activity.models import OutboxMessage
from customers.models import Customer
from invoices.models import CreditNote, Invoice
from payments.models import PaymentRequest
from workflows.collect_payment import collect_payment
from workflows.create_provider_customer import create_provider_customer
from workflows.refund_credit_note import refund_credit_note

HANDLERS: dict[str, tuple[type[Any], Callable[..., object]]] = {
    "invoice": (Invoice, collect_payment),
    "payment_request": (PaymentRequest, collect_payment),
    "customer": (Customer, create_provider_customer),
    "credit_note": (CreditNote, refund_credit_note),
}


def handle_payment_message(message: OutboxMessage, *, at: datetime) -> None:
    """Talk to the provider as the message asks; must run outside of a transaction, and may run twice.

    A payment or refund that a provider did not answer is tried again by `retry_collections`, not by the outbox.
    Raises Unreachable only for ``customer.provider_sync``.
    """
    model, handle = HANDLERS[message.object_type]
    row = model._base_manager.filter(pk=message.object_id).first()
    if row is not None:
        handle(row, at=at)
