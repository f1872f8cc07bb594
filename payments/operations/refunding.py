"""Refunds through the providers that the money came by, as rows: begun before the provider is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q

from activity import journal
from activity.actors import Actor
from billing.errors import NotAllowed
from invoices.models import CreditNote
from payments.lifecycle import REFUND, RefundState
from payments.models import Payment, ProviderKind, Refund
from payments.providers.protocol import Outcome
from persistence.saving import save_valid

UNREACHABLE = "provider_unreachable"
"""The code of a refund of which nobody knows whether it was done."""
KEYS_LAST = timedelta(days=6)
"""Providers remember a key for a week, and the tries take almost a day."""


def refundable_payments(note: CreditNote) -> list[Payment]:
    """Lock and return the payments by providers of the note's invoice that are not wholly refunded, newest first."""
    rows = (
        Payment.objects.succeeded()
        .filter(
            Q(invoice_id=note.invoice_id)
            | Q(payment_request__in=note.invoice.payment_requests.all()),
            provider__isnull=False,
            refunded_amount_cents__lt=F("amount_cents"),
        )
        .exclude(provider__kind=ProviderKind.MANUAL)
    )
    return sorted(rows.locked(), key=lambda row: (row.created_at, row.pk), reverse=True)


def begin_refunds(
    note: CreditNote, payments: Sequence[Payment], *, actor: Actor, at: datetime
) -> list[Refund]:
    """Share the note's refund out among the payments, each up to what it has left; what fits nowhere stays open."""
    left, refunds = note.refund_amount_cents, []
    for payment in payments:
        share = min(left, payment.amount_cents - payment.refunded_amount_cents)
        if share <= 0:
            continue
        left -= share
        _count(payment, share, at)
        refund = save_valid(
            Refund(
                organization_id=note.organization_id,
                payment=payment,
                credit_note=note,
                amount_cents=share,
                next_attempt_at=at,
                created_at=at,
                updated_at=at,
            )
        )
        journal.record(refund, "refund.begun", actor=actor, at=at, after=journal.snapshot(refund))
        refunds.append(refund)
    return refunds


def begin_again(refund: Refund, *, actor: Actor, at: datetime) -> Refund:
    """Put a failed refund before its provider again and return it; its payment must have as much left.

    After a refusal it is asked for under a new key. Where no answer came it may have been done: the key stays, and the
    provider is asked what it knows. Raises NotAllowed ``refund_outcome_unknown`` when that key may be forgotten.
    """
    is_unknown = refund.error_code == UNREACHABLE
    if is_unknown and at - refund.created_at > KEYS_LAST:
        raise NotAllowed(
            "refund_outcome_unknown",
            "The provider may have paid it back long ago: look there, and note what became of it.",
        )
    REFUND.require(refund.status, RefundState.PENDING)
    _count(Payment.objects.locked().get(pk=refund.payment_id), refund.amount_cents, at)
    refund.refusals += 0 if is_unknown else 1
    refund.status, refund.attempts = RefundState.PENDING, 0
    refund.provider_refund_id, refund.next_attempt_at, refund.updated_at = None, at, at
    columns = ["refusals", "status", "attempts", "provider_refund_id", "next_attempt_at"]
    save_valid(refund, update_fields=[*columns, "updated_at"])
    journal.record(refund, "refund.begun_again", actor=actor, at=at)
    return refund


def note_silence(refund: Refund, *, actor: Actor, at: datetime) -> None:
    """Write down that a try has brought no answer, and when the next is made."""
    after = {"attempts": refund.attempts, "next_attempt_at": refund.next_attempt_at}
    journal.record(refund, "refund.unanswered", actor=actor, at=at, after=after)


def store_outcome(refund: Refund, outcome: Outcome, *, actor: Actor, at: datetime) -> bool:
    """Store what became of a locked refund; False when this is no news. A failed one frees its payment again."""
    if not REFUND.allows(refund.status, outcome.status):
        return False
    before = refund.status
    refund.status, refund.updated_at, refund.next_attempt_at = outcome.status, at, None
    refund.provider_refund_id = outcome.provider_id or refund.provider_refund_id
    refund.error_code, refund.error_message = outcome.error_code, outcome.error_message
    save_valid(
        refund,
        update_fields=[
            "status",
            "provider_refund_id",
            "error_code",
            "error_message",
            "next_attempt_at",
            "updated_at",
        ],
    )
    if refund.status == RefundState.FAILED:
        payment = Payment.objects.locked().get(pk=refund.payment_id)
        _count(payment, -refund.amount_cents, at)
    journal.record(
        refund,
        f"refund.{refund.status}",
        actor=actor,
        at=at,
        before={"status": before},
        after={"status": refund.status, "error_code": refund.error_code},
    )
    return True


def is_wholly_refunded(note: CreditNote) -> bool:
    """Say whether all that the note refunds has arrived."""
    rows = Refund.objects.filter(credit_note=note, status=RefundState.SUCCEEDED)
    arrived: int = sum(row.amount_cents for row in rows)
    return arrived == int(note.refund_amount_cents)


def _count(payment: Payment, cents: int, at: datetime) -> None:
    payment.refunded_amount_cents += cents
    payment.updated_at = at
    save_valid(payment, update_fields=["refunded_amount_cents", "updated_at"])
