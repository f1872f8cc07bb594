"""Make a voided invoice anew, with lines adjusted if asked: the same periods, final at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_noop as noop

from activity import journal
from activity.actors import Actor
from billing.adjustments import Adjustment, check_adjustment
from billing.errors import NotAllowed, NotFound
from invoices.models import AdjustedFee, Fee, Invoice
from invoices.models.invoice import InvoiceType
from invoices.operations.adjusting import adjustment_of
from invoices.operations.locking import lock_invoice
from invoices.rating.adjusting import apply
from invoices.rating.facts import REGULAR
from invoices.rating.line import RatedFee, new_fee
from invoices.rating.plans import PlanBook
from workflows.issue_invoices import Invoicing, issue_invoices
from workflows.refresh_invoice import entries_of, occasions_of

REFUSALS = {
    "invalid_status": noop("Only a voided invoice can be regenerated."),
    "already_regenerated": noop("It has been regenerated already."),
    "customer_deleted": noop("Its customer is deleted."),
    "invalid_type": noop("Only invoices of subscriptions and one-off invoices are billed again."),
}


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """What is set for a line: units, unit price in currency units, name; None is as it was worked out."""

    units: Decimal | None = None
    unit_amount: Decimal | None = None
    invoice_display_name: str | None = None


@transaction.atomic
def regenerate_invoice(
    invoice: Invoice,
    *,
    actor: Actor,
    at: datetime,
    changes: Mapping[uuid.UUID, LineChange] | None = None,
) -> Invoice:
    """Bill again what a voided invoice has billed and return the new, final invoice.

    Subscriptions are rated for the same periods with the usage and prices of now; lines of add-ons are those of the
    voided invoice. `changes` are by the ids of its lines. Raises NotAllowed with a code of REFUSALS, what
    `adjustment_of` raises, and Invalid ``already_billed`` when the periods have been billed meanwhile.
    """
    invoice = lock_invoice(invoice)
    if code := refusal(invoice):
        raise NotAllowed(code, REFUSALS[code])
    changed = _changed(invoice, changes or {})
    book = PlanBook()
    is_one_off = invoice.invoice_type == InvoiceType.ONE_OFF
    lines = [_copy(*each, book, actor=actor, at=at) for each in changed if is_one_off]
    rows = [] if is_one_off else _adjustments(changed, actor=actor, at=at)
    invoicing = Invoicing(
        customer=invoice.customer,
        billed_at=invoice.billed_at,
        finalized_at=at,
        currency=invoice.currency,
        invoice_type=invoice.invoice_type,
        occasions=() if is_one_off else occasions_of(entries_of(invoice), None, tuple(rows)),
        lines=tuple(lines),
        adjustments=tuple(rows),
        has_grace=False,
        is_final=True,
        voided=invoice,
        purchase_order_number=invoice.purchase_order_number,
        skip_psp=invoice.skip_psp,
    )
    [fresh] = issue_invoices([invoicing], actor=actor, at=at)
    after = {"number": fresh.number, "total_amount_cents": fresh.total_amount_cents}
    journal.record(invoice, "invoice.regenerated", actor=actor, at=at, after=after)
    return fresh


def refusal(invoice: Invoice) -> str:
    """Return the code of REFUSALS that says why an invoice cannot be regenerated, or nothing; up to two queries."""
    if not invoice.is_voided:
        return "invalid_status"
    if invoice.customer.is_deleted:
        return "customer_deleted"
    if Invoice.objects.filter(voided_invoice=invoice).exists():
        return "already_regenerated"
    if invoice.invoice_type == InvoiceType.ONE_OFF:
        return ""
    reasons = set(invoice.invoice_subscriptions.values_list("invoicing_reason", flat=True))
    is_regular = bool(reasons) and reasons <= {str(one) for one in REGULAR}
    return "" if invoice.invoice_type == InvoiceType.SUBSCRIPTION and is_regular else "invalid_type"


Changed = Sequence[tuple[Fee, LineChange]]


def _changed(invoice: Invoice, changes: Mapping[uuid.UUID, LineChange]) -> Changed:
    """Return the lines that are changed, with what is set; the other lines of add-ons are taken as they are."""
    fees = Fee.objects.filter(invoice=invoice, deleted_at=None)
    fees = fees.select_related("charge", "fixed_charge").prefetch_related("applied_taxes__tax")
    rows = list(fees.order_by("created_at", "pk"))
    if set(changes) - {fee.pk for fee in rows}:
        raise NotFound("fee", "This line is not on the invoice.")
    return [(fee, changes.get(fee.pk, LineChange())) for fee in rows]


def _adjustments(changed: Changed, *, actor: Actor, at: datetime) -> list[AdjustedFee]:
    return [
        adjustment_of(
            fee,
            units=change.units,
            unit_amount=change.unit_amount,
            invoice_display_name=change.invoice_display_name,
            actor=actor,
            at=at,
        )
        for fee, change in changed
        if change != LineChange()
    ]


def _copy(fee: Fee, change: LineChange, book: PlanBook, *, actor: Actor, at: datetime) -> RatedFee:
    """Return the line of an add-on once more; its taxes are those that it bore and that still exist."""
    again = new_fee(
        fee_type=fee.fee_type,
        organization_id=fee.organization_id,
        customer_id=fee.customer_id,
        add_on_id=fee.add_on_id,
        item_code=fee.item_code,
        item_name=fee.item_name,
        item_description=fee.item_description,
        invoice_display_name=fee.invoice_display_name,
        description=fee.description,
        units=fee.units,
        amount_cents=fee.amount_cents,
        amount_currency=fee.amount_currency,
        precise_amount_cents=fee.precise_amount_cents,
        unit_amount=fee.precise_unit_amount,
        period=None,
        explanation=fee.explanation,
    )
    again.period = fee.period
    if change != LineChange():
        row = AdjustedFee(
            units=change.units,
            unit_amount=_price(fee, change),
            invoice_display_name=change.invoice_display_name,
            adjusted_by=actor.label[:255],
            created_at=at,
        )
        check_adjustment(Adjustment(units=row.units, unit_amount=row.unit_amount))
        apply(row, again)
    taxes = [row.tax for row in fee.applied_taxes.all() if row.tax is not None]
    return RatedFee(again, book.terms(taxes))


def _price(fee: Fee, change: LineChange) -> Decimal | None:
    """Return the unit price to multiply by; units alone are multiplied by the price that the line had."""
    if change.unit_amount is None and change.units is not None:
        price: Decimal = fee.precise_unit_amount
        return price
    return change.unit_amount
