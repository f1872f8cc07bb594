"""Write payments that arrived, and the receipts for them."""

from __future__ import annotations

from datetime import datetime

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid
from invoices.models import Invoice
from payments.lifecycle import PaymentState
from payments.models import Payment, PaymentReceipt
from persistence.saving import save_valid

LONGEST_REFERENCE = 40
LARGEST = 2**63 - 1


def require_manual(amount_cents: int, reference: str) -> None:
    """Raise Invalid unless the amount is more than 0 and the reference has 1 to 40 characters."""
    errors: dict[str, list[str]] = {}
    if not 0 < amount_cents <= LARGEST:
        errors["amount_cents"] = ["invalid_value"]
    if not reference.strip():
        errors["reference"] = ["value_is_mandatory"]
    elif len(reference.strip()) > LONGEST_REFERENCE:
        errors["reference"] = ["value_is_too_long"]
    if errors:
        raise Invalid(errors, "A payment needs an amount above 0 and a reference (at most 40).")


def record_manual(
    invoice: Invoice,
    *,
    amount_cents: int,
    reference: str,
    paid_at: datetime,
    actor: Actor,
    at: datetime,
) -> Payment:
    """Write a payment that has arrived for a locked invoice, with its receipt."""
    payment = save_valid(
        Payment(
            organization_id=invoice.organization_id,
            customer_id=invoice.customer_id,
            invoice=invoice,
            amount_cents=amount_cents,
            currency=invoice.currency,
            status=PaymentState.SUCCEEDED,
            provider_status="succeeded",
            reference=reference,
            paid_at=paid_at,
            created_at=at,
            updated_at=at,
        )
    )
    journal.record(payment, "payment.recorded", actor=actor, at=at, after=journal.snapshot(payment))
    conclude(payment, actor=actor, at=at)
    return payment


def conclude(payment: Payment, *, actor: Actor, at: datetime) -> PaymentReceipt:
    """Announce that a payment has succeeded, and write its receipt; its customer is locked."""
    journal.announce(payment, "payment.succeeded", at=at)
    count = PaymentReceipt.objects.filter(payment__customer_id=payment.customer_id).count()
    receipt = save_valid(
        PaymentReceipt(
            organization_id=payment.organization_id,
            payment=payment,
            number=f"{payment.customer.slug}-RCPT-{count + 1:03d}",
            created_at=at,
        )
    )
    journal.record(receipt, "payment_receipt.created", actor=actor, at=at)
    journal.announce(receipt, "payment_receipt.created", at=at)
    journal.announce(receipt, "payment_receipt.document", at=at, topic="document")
    return receipt
