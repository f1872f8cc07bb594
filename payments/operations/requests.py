"""Write requests to pay several invoices at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from activity import journal
from activity.actors import Actor
from invoices.models import Invoice
from payments.lifecycle import PaymentState
from payments.models import PaymentRequest
from persistence.saving import save_valid


def create_request(
    invoices: Sequence[Invoice], *, email: str, actor: Actor, at: datetime
) -> PaymentRequest:
    """Write a request for all that is due on locked invoices of one customer and one currency."""
    first = invoices[0]
    request = save_valid(
        PaymentRequest(
            organization_id=first.organization_id,
            customer_id=first.customer_id,
            amount_cents=sum(invoice.total_due_amount_cents for invoice in invoices),
            amount_currency=first.currency,
            email=email,
            created_at=at,
            updated_at=at,
        )
    )
    request.invoices.set(invoices)
    after = journal.snapshot(request) | {"invoices": [invoice.number for invoice in invoices]}
    journal.record(request, "payment_request.created", actor=actor, at=at, after=after)
    journal.announce(request, "payment_request.created", at=at)
    journal.announce(request, "payment_request.created", at=at, topic="email")
    journal.announce(request, "payment_request.payment", at=at, topic="payment")
    return request


def set_request_status(
    request: PaymentRequest, status: PaymentState, *, actor: Actor, at: datetime
) -> PaymentRequest:
    """Store what became of a request; its customer is locked. Announced when it is another."""
    before = request.payment_status
    request.payment_status, request.updated_at = status, at
    request.ready_for_payment_processing = status != PaymentState.SUCCEEDED
    save_valid(
        request, update_fields=["payment_status", "ready_for_payment_processing", "updated_at"]
    )
    if before != status:
        journal.record(
            request,
            "payment_request.payment_updated",
            actor=actor,
            at=at,
            before={"payment_status": before},
            after={"payment_status": str(status)},
        )
        journal.announce(request, "payment_request.payment_status_updated", at=at)
    return request
