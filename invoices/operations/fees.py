"""Change fees that stand by themselves: charges in advance that are not invoiced."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotAllowed
from billing.taxes import AppliedTax, tax_line
from catalog.models import Tax
from customers.models import Customer
from invoices.lifecycle import PaymentStatus
from invoices.models import Fee, FeeTax
from invoices.rating.line import RatedFee
from persistence.saving import create_all, save_valid

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


@transaction.atomic
def store_alone(
    rated: Sequence[RatedFee],
    *,
    taxes: Mapping[uuid.UUID, Tax],
    customer: Customer,
    actor: Actor,
    at: datetime,
) -> list[Fee]:
    """Store fees that stand alone, with their taxes; `taxes` holds the rows of the taxes they bear."""
    stored = []
    for each in rated:
        fee, taxed = each.fee, tax_line(each.line)
        fee.created_at = fee.updated_at = at
        fee.taxes_amount_cents = taxed.amount_cents
        fee.taxes_precise_amount_cents = taxed.precise_amount_cents
        fee.taxes_rate = taxed.rate
        save_valid(fee)
        create_all([_tax_row(fee, applied, taxes, at) for applied in taxed.applied])
        journal.record(fee, "fee.created", actor=actor, at=at, after=_shown(fee))
        journal.announce(fee, "fee.created", at=at)
        stored.append(fee)
    return stored


def _tax_row(fee: Fee, applied: AppliedTax, taxes: Mapping[uuid.UUID, Tax], at: datetime) -> FeeTax:
    tax = taxes[applied.tax.key]  # type: ignore[index]
    return FeeTax(
        organization_id=fee.organization_id,
        fee=fee,
        tax=tax,
        tax_name=tax.name,
        tax_code=tax.code,
        tax_description=tax.description,
        tax_rate=tax.rate,
        amount_cents=applied.amount_cents,
        precise_amount_cents=applied.precise_amount_cents,
        created_at=at,
    )


def _shown(fee: Fee) -> dict[str, object]:
    return {
        "item": fee.item_code,
        "units": str(fee.units),
        "amount_cents": fee.amount_cents,
        "currency": fee.amount_currency,
        "event_transaction_id": fee.event_transaction_id,
    }
