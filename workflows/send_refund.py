"""Ask the provider for a refund that has been begun, and store what it says."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import SYSTEM, Actor
from payments.lifecycle import RefundState
from payments.models import Payment, PaymentProvider, Refund
from payments.operations.collecting import note_try
from payments.operations.refunding import UNREACHABLE, note_silence
from payments.providers import Outcome, RefundOrder, Rejected, Unreachable, connect
from workflows.conclude_refund import conclude_refund


def send_refund(refund: Refund, *, at: datetime, actor: Actor = SYSTEM) -> Refund:
    """Ask the provider, outside of any transaction, under the refund's own key; return the refund.

    No answer: it stays pending, which the journal says, and is asked for again later, as a payment is.
    """
    prepared = _prepare(refund, at=at)
    if prepared is None:
        return refund
    refund, may_try = prepared
    if not may_try:
        outcome = Outcome(status="failed", error_code=UNREACHABLE)
    else:
        try:
            outcome = connect(_connection(refund.payment)).refund(_order(refund))
        except Unreachable:
            with transaction.atomic():
                note_silence(refund, actor=actor, at=at)
            return refund
        except Rejected as refusal:
            outcome = Outcome(
                status="failed", error_code=refusal.code[:100], error_message=str(refusal)
            )
    return conclude_refund(refund, outcome=outcome, actor=actor, at=at)


@transaction.atomic
def _prepare(refund: Refund, *, at: datetime) -> tuple[Refund, bool] | None:
    refund = (
        Refund.objects.select_related("payment__provider", "credit_note").locked().get(pk=refund.pk)
    )
    if refund.status != RefundState.PENDING:
        return None
    return refund, note_try(refund, at=at)


def _order(refund: Refund) -> RefundOrder:
    own = {"lago_refund_id": str(refund.pk)}
    if refund.refusals:
        own["lago_refund_try"] = str(refund.refusals)
    return RefundOrder(
        key=refund.key,
        provider_payment_id=refund.payment.provider_payment_id or "",
        amount_cents=refund.amount_cents,
        total_cents=refund.payment.refunded_amount_cents,
        currency=refund.payment.currency,
        may_be_done=refund.error_code == UNREACHABLE,
        facts={
            **own,
            "lago_customer_id": str(refund.payment.customer_id),
            "lago_credit_note_id": str(refund.credit_note_id),
            "lago_invoice_id": str(refund.credit_note.invoice_id),
        },
    )


def _connection(payment: Payment) -> PaymentProvider:
    assert payment.provider is not None
    return payment.provider
