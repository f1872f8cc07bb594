"""Payments through a provider, as rows: begun before the provider is asked, concluded by its answer.

A row is committed before the provider hears of it, and its id is the provider's idempotency key: whatever
breaks in between, asking again with the same row moves the money once. Customers are locked by the caller.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from activity import journal
from activity.actors import Actor
from invoices.lifecycle import InvoiceStatus, PaymentStatus
from invoices.models import Invoice
from payments.lifecycle import PAYMENT, PaymentState
from payments.models import CustomerProvider, Payment, PaymentProvider, PaymentRequest, Refund
from payments.operations.recording import conclude
from payments.providers.protocol import Outcome
from persistence.saving import save_valid

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 180, 360, 720))
"""How long to wait after each try that brought no answer; they end before Stripe forgets a key (24 hours)."""
OUTCOME = ("status", "provider_status", "next_action", "error_code", "error_message")


def tie_of(customer_id: uuid.UUID) -> CustomerProvider | None:
    """Return who the customer is at a provider that moves money, or None."""
    rows = CustomerProvider.objects.select_related("provider")
    tie = rows.filter(customer_id=customer_id).first()
    return tie if tie and tie.can_be_asked else None


def is_collectable(payable: Invoice | PaymentRequest) -> bool:
    """Say whether a provider may be asked for what is due: final or open, unpaid, not self-billed."""
    if isinstance(payable, PaymentRequest):
        return payable.payment_status != PaymentState.SUCCEEDED
    return (
        payable.status in (InvoiceStatus.FINALIZED, InvoiceStatus.OPEN)
        and payable.payment_status in (PaymentStatus.PENDING, PaymentStatus.FAILED)
        and payable.total_due_amount_cents > 0
        and not payable.self_billed
    )


def unfinished(payable: Invoice | PaymentRequest) -> Payment | None:
    """Return the payment whose outcome is not known yet, to be asked for again."""
    return (
        payable.payments.filter(status=PaymentState.PENDING, provider__isnull=False)
        .order_by("-created_at", "-pk")
        .first()
    )


def begin(
    payable: Invoice | PaymentRequest,
    provider: PaymentProvider,
    *,
    amount_cents: int,
    actor: Actor,
    at: datetime,
) -> Payment:
    """Write a payment that the provider is about to be asked for; the payable takes no other meanwhile."""
    request = payable if isinstance(payable, PaymentRequest) else None
    invoice = payable if isinstance(payable, Invoice) else None
    currency = payable.currency if isinstance(payable, Invoice) else payable.amount_currency
    payment = save_valid(
        Payment(
            organization_id=payable.organization_id,
            customer_id=payable.customer_id,
            invoice=invoice,
            payment_request=request,
            provider=provider,
            amount_cents=amount_cents,
            currency=currency,
            status=PaymentState.PENDING,
            next_attempt_at=at,
            created_at=at,
            updated_at=at,
        )
    )
    payable.payment_attempts += 1
    set_ready(payable, False, at=at)
    journal.record(payment, "payment.begun", actor=actor, at=at, after=journal.snapshot(payment))
    return payment


def set_ready(payable: Invoice | PaymentRequest, is_ready: bool, *, at: datetime) -> None:
    """Say whether a provider may be asked (again); counts the tries that were begun."""
    payable.ready_for_payment_processing, payable.updated_at = is_ready, at
    save_valid(
        payable,
        update_fields=["ready_for_payment_processing", "payment_attempts", "updated_at"],
    )


def note_try(row: Payment | Refund, *, at: datetime) -> bool:
    """Count a try that is about to be made, and when to make the next if no answer comes.

    Returns False when the tries are used up.
    """
    if row.attempts >= len(PAUSES):
        return False
    row.next_attempt_at = at + PAUSES[row.attempts]
    row.attempts += 1
    row.updated_at = at
    save_valid(row, update_fields=["attempts", "next_attempt_at", "updated_at"])
    return True


def store_outcome(payment: Payment, outcome: Outcome, *, actor: Actor, at: datetime) -> bool:
    """Store what became of a locked payment, and its receipt; False when this is no news.

    News that come late or twice (processing after succeeded) change nothing.
    """
    is_new = PAYMENT.allows(payment.status, outcome.status)
    is_waiting = payment.status == outcome.status == PaymentState.PENDING
    if not is_new and not is_waiting:
        return False
    before = journal.snapshot(payment)
    for name in OUTCOME:
        setattr(payment, name, getattr(outcome, name))
    payment.provider_payment_id = outcome.provider_id or payment.provider_payment_id
    payment.next_attempt_at, payment.updated_at = None, at
    if outcome.status == PaymentState.SUCCEEDED:
        payment.paid_at = at
    columns = [*OUTCOME, "provider_payment_id", "next_attempt_at", "paid_at", "updated_at"]
    save_valid(payment, update_fields=columns)
    old, new = journal.changes(before, journal.snapshot(payment))
    journal.record(payment, f"payment.{outcome.status}", actor=actor, at=at, before=old, after=new)
    if outcome.status == PaymentState.SUCCEEDED:
        conclude(payment, actor=actor, at=at)
    elif outcome.next_action:
        journal.announce(payment, "payment.requires_action", at=at)
    return is_new
