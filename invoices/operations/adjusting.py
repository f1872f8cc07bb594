"""Adjust lines of drafts: units, unit price or name, kept beside the line and applied whenever it is made anew."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from activity.actors import Actor
from billing.adjustments import Adjustment, check_adjustment
from billing.errors import Invalid, NotAllowed, NotFound
from invoices.models import AdjustedFee, Fee, Invoice
from invoices.models.adjustment import item_of
from persistence.saving import save_valid


def adjustment_of(
    fee: Fee,
    *,
    units: Decimal | None,
    unit_amount: Decimal | None,
    invoice_display_name: str | None,
    actor: Actor,
    at: datetime,
) -> AdjustedFee:
    """Return the unsaved adjustment of a line; `fee` comes with its charge or fixed charge.

    Raises Invalid ``fee_type`` for a line that follows from others, ``charge: invalid_charge_model`` for units alone
    where they say too little, ``units`` or ``unit_amount`` below zero, ``base`` when nothing is set.
    """
    if not fee.is_adjustable:
        message = "This line follows from the others; adjust those."
        raise Invalid({"fee_type": ["value_is_invalid"]}, message)
    if units is None and unit_amount is None and not invoice_display_name:
        message = "Set the units, the unit price or the name."
        raise Invalid({"base": ["value_is_mandatory"]}, message)
    priced_by = fee.charge or fee.fixed_charge
    check_adjustment(
        Adjustment(units=units, unit_amount=unit_amount),
        charge_model=priced_by.charge_model if priced_by else None,
        is_prorated=priced_by.prorated if priced_by else False,
    )
    return AdjustedFee(
        organization_id=fee.organization_id,
        units=units,
        unit_amount=unit_amount,
        invoice_display_name=invoice_display_name or None,
        adjusted_by=actor.label[:255],
        created_at=at,
        **item_of(fee),
    )


@transaction.atomic
def add_adjustment(invoice: Invoice, row: AdjustedFee) -> AdjustedFee:
    """Keep the adjustment of a line of a draft, which the caller has locked and makes anew.

    Raises NotAllowed ``invalid_status`` for any other invoice, Invalid ``adjusted_fee: already_exists``.
    """
    _require_draft(invoice)
    row.invoice = invoice
    return save_valid(row)


@transaction.atomic
def drop_adjustment(invoice: Invoice, fee: Fee) -> AdjustedFee:
    """Forget the adjustment of a line of a draft, which the caller has locked and makes anew.

    Raises NotAllowed ``invalid_status``, NotFound ``adjusted_fee_not_found``.
    """
    _require_draft(invoice)
    row = AdjustedFee.objects.filter(invoice=invoice, **item_of(fee)).first()
    if row is None:
        raise NotFound("adjusted_fee", "This line is not adjusted.")
    AdjustedFee.objects.filter(pk=row.pk).delete()
    return row


def _require_draft(invoice: Invoice) -> None:
    if not invoice.is_draft:
        raise NotAllowed("invalid_status", "Only a line of a draft can be adjusted.")
