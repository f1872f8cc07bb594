"""Change fees that stand by themselves: charges in advance that are not invoiced."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotAllowed
from invoices.lifecycle import PaymentStatus
from invoices.models import Fee
from persistence.saving import save_valid

MOMENTS = {
    PaymentStatus.SUCCEEDED: "succeeded_at",
    PaymentStatus.FAILED: "failed_at",
    PaymentStatus.REFUNDED: "refunded_at",
}


@transaction.atomic
def set_payment_status(fee: Fee, status: str | None, *, actor: Actor, at: datetime) -> Fee:
    """Set what became of the payment of a stand-alone fee.

    Raises Invalid for an unknown status, NotAllowed ``invoiced_fee`` for a fee on an invoice.
    """
    if status not in PaymentStatus.values:
        raise Invalid({"payment_status": ["value_is_invalid"]}, "That is no payment status.")
    fee = _alone(fee)
    before = fee.payment_status
    fee.payment_status, fee.updated_at = PaymentStatus(status), at
    for moment in MOMENTS.values():
        setattr(fee, moment, None)
    if name := MOMENTS.get(fee.payment_status):
        setattr(fee, name, at)
    save_valid(fee, update_fields=["payment_status", *MOMENTS.values(), "updated_at"])
    journal.record(
        fee,
        "fee.payment_status_updated",
        actor=actor,
        at=at,
        before={"payment_status": before},
        after={"payment_status": status},
    )
    return fee


@transaction.atomic
def delete(fee: Fee, *, actor: Actor, at: datetime) -> Fee:
    """Delete a stand-alone fee; raises NotAllowed ``invoiced_fee`` for a fee on an invoice."""
    fee = _alone(fee)
    fee.deleted_at = fee.updated_at = at
    save_valid(fee, update_fields=["deleted_at", "updated_at"])
    journal.record(fee, "fee.deleted", actor=actor, at=at)
    return fee


def _alone(fee: Fee) -> Fee:
    fee = Fee.objects.select_for_update(of=("self",)).get(pk=fee.pk)
    if fee.invoice_id is not None:
        raise NotAllowed("invoiced_fee", "This fee is on an invoice.")
    return fee
