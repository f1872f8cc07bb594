"""Storing what has been worked out: an invoice, its lines and what they claim, many at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from billing.bill import Bill, BilledLine
from billing.money import round_to_cents
from billing.numbering import draft_number
from billing.taxes import AppliedTax
from catalog.models import Tax
from invoices.lifecycle import INVOICE, InvoiceStatus, PaymentStatus
from invoices.models import (
    AdjustedFee,
    BilledPeriod,
    CouponCredit,
    CreditNoteCredit,
    Fee,
    FeeTax,
    Invoice,
    InvoiceSubscription,
    InvoiceTax,
    ProgressiveCredit,
)
from invoices.operations.composition import Composition
from invoices.operations.numbering import assign_numbers
from persistence.saving import create_all


def store(
    compositions: Sequence[Composition], *, taxes: dict[uuid.UUID, Tax], at: datetime
) -> list[Invoice]:
    """Store the invoices with their lines; about a dozen statements, however many there are.

    Raises Invalid ``already_billed`` when a span would be billed twice. Nothing outside this app changes: coupons
    and wallets are used by the caller. The customers' rows are locked by the caller.
    """
    for composition in compositions:
        _take_over(composition, at)
    assign_numbers([c.invoice for c in compositions if c.becomes == InvoiceStatus.FINALIZED], at=at)
    for composition in compositions:
        _settle_status(composition, at)
    replaced = [c.invoice for c in compositions if not c.is_new]
    clear([invoice.pk for invoice in replaced])
    create_all([c.invoice for c in compositions if c.is_new])
    for invoice in replaced:
        invoice.save()
    _store_lines(compositions, taxes, at)
    return [c.invoice for c in compositions]


def clear(invoice_ids: Sequence[uuid.UUID]) -> None:
    """Remove the lines of drafts, so that they can be made anew; the spans they claimed are free again."""
    if not invoice_ids:
        return
    FeeTax.objects.filter(fee__invoice_id__in=invoice_ids).delete()
    for model in (InvoiceTax, InvoiceSubscription, BilledPeriod, ProgressiveCredit):
        model.objects.filter(invoice_id__in=invoice_ids).delete()
    fees = Fee.objects.filter(invoice_id__in=invoice_ids)
    # Not `delete()`: a draft credit note may point to a fee, which comes back under the same id.
    fees._raw_delete(fees.db)


def _take_over(composition: Composition, at: datetime) -> None:
    """Write the bill's amounts onto the invoice."""
    invoice, bill = composition.invoice, composition.bill
    invoice.updated_at = at
    invoice.ready_to_be_refreshed = False
    for name in (
        "fees_amount_cents",
        "progressive_billing_credit_amount_cents",
        "coupons_amount_cents",
        "sub_total_excluding_taxes_amount_cents",
        "taxes_amount_cents",
        "taxes_rate",
        "sub_total_including_taxes_amount_cents",
        "credit_notes_amount_cents",
        "prepaid_credit_amount_cents",
        "total_amount_cents",
    ):
        setattr(invoice, name, getattr(bill, name))


def _settle_status(composition: Composition, at: datetime) -> None:
    invoice, status = composition.invoice, composition.becomes
    if not (status == InvoiceStatus.DRAFT and invoice.status == InvoiceStatus.DRAFT):
        INVOICE.require(invoice.status, status)
    invoice.status = status
    if status == InvoiceStatus.FINALIZED:
        invoice.finalized_at = at
    else:
        invoice.number = draft_number(invoice.customer.organization.document_number_prefix)
    if composition.is_final and invoice.total_amount_cents == 0:
        invoice.payment_status = PaymentStatus.SUCCEEDED


def _store_lines(
    compositions: Sequence[Composition], taxes: dict[uuid.UUID, Tax], at: datetime
) -> None:
    fees: list[Fee] = []
    rows: dict[type, list[Any]] = {model: [] for model in _IN_ORDER}
    for composition in compositions:
        fees += _fees(composition)
        _collect(composition, rows, taxes, at)
    # True-ups point to another fee of the same statement: the parents go first.
    create_all([fee for fee in fees if fee.true_up_parent_id is None])
    create_all([fee for fee in fees if fee.true_up_parent_id is not None])
    for model in _IN_ORDER:
        create_all(rows[model])


_IN_ORDER = (
    AdjustedFee,
    InvoiceSubscription,
    BilledPeriod,
    FeeTax,
    InvoiceTax,
    ProgressiveCredit,
    CouponCredit,
    CreditNoteCredit,
)


def _fees(composition: Composition) -> list[Fee]:
    invoice = composition.invoice
    _keep_ids(composition)
    lines: dict[object, BilledLine] = {line.key: line for line in composition.bill.lines}
    fees = []
    for rated in composition.fees:
        fee, line = rated.fee, lines[rated.fee.pk]
        fee.invoice = invoice
        fee.created_at = fee.created_at or invoice.created_at
        fee.updated_at = invoice.updated_at
        fee.taxes_amount_cents = line.taxes.amount_cents
        fee.taxes_precise_amount_cents = line.taxes.precise_amount_cents
        fee.taxes_rate = line.taxes.rate
        fee.precise_coupons_amount_cents = line.precise_coupons_amount_cents
        fee.precise_credit_notes_amount_cents = line.precise_credit_notes_amount_cents
        fees.append(fee)
    return fees


def identity(fee: Fee) -> tuple[object, ...]:
    """Return what makes a fee the same line after a refresh."""
    return (
        fee.subscription_id,
        fee.fee_type,
        fee.charge_id,
        fee.charge_filter_id,
        fee.fixed_charge_id,
        fee.add_on_id,
        tuple(sorted(fee.grouped_by.items())),
        fee.true_up_parent_id is not None,
        fee.pay_in_advance,
    )


def _keep_ids(composition: Composition) -> None:
    """Lines of a refreshed draft keep their ids; the bill knows them by the ids they were rated with."""
    if not composition.old_fees:
        return
    known = {identity(fee): fee.pk for fee in composition.old_fees}
    new_ids: dict[object, uuid.UUID] = {}
    for rated in composition.fees:
        old = known.pop(identity(rated.fee), None)
        if old is not None:
            new_ids[rated.fee.pk] = old
    composition.bill = _renamed(composition.bill, new_ids)
    for rated in composition.fees:
        rated.fee.pk = new_ids.get(rated.fee.pk, rated.fee.pk)
    for rated in composition.fees:
        if rated.fee.true_up_parent is not None:
            rated.fee.true_up_parent_id = rated.fee.true_up_parent.pk


def _renamed(bill: Bill, new_ids: dict[object, uuid.UUID]) -> Bill:
    return replace(
        bill,
        lines=tuple(replace(line, key=new_ids.get(line.key, line.key)) for line in bill.lines),
    )


def _collect(
    composition: Composition,
    rows: dict[type, list[Any]],
    taxes: dict[uuid.UUID, Tax],
    at: datetime,
) -> None:
    """Add the rows that stand around the invoice's fees: what it covers, its taxes, what paid for it."""
    for entry in composition.entries:
        entry.invoice = composition.invoice
        rows[InvoiceSubscription].append(entry)
    for adjustment in composition.adjustments:
        adjustment.invoice = composition.invoice
        rows[AdjustedFee].append(adjustment)
    rows[BilledPeriod] += _billed_periods(composition)
    rows[FeeTax] += _fee_taxes(composition, taxes)
    rows[InvoiceTax] += _invoice_taxes(composition, taxes)
    bill = composition.bill
    invoice = composition.invoice
    for model, column, grants in (
        (ProgressiveCredit, "progressive_invoice_id", bill.progressive_grants),
        (CouponCredit, "applied_coupon_id", bill.coupon_grants),
        (CreditNoteCredit, "credit_note_id", bill.note_grants),
    ):
        rows[model] += [
            model(
                organization_id=invoice.organization_id,
                invoice=invoice,
                amount_cents=grant.amount_cents,
                created_at=at,
                **{column: grant.key},
            )
            for grant in grants
            if grant.amount_cents
        ]


def _billed_periods(composition: Composition) -> list[BilledPeriod]:
    return [
        BilledPeriod(
            organization_id=composition.invoice.organization_id,
            invoice=composition.invoice,
            subscription_id=claim.subscription,
            item=claim.item,
            period=(claim.span.start, claim.span.end),
        )
        for claim in composition.claims
        if not claim.span.is_empty
    ]


def _fee_taxes(composition: Composition, taxes: dict[uuid.UUID, Tax]) -> list[FeeTax]:
    return [
        FeeTax(
            fee_id=cast(uuid.UUID, line.key),
            precise_amount_cents=applied.precise_amount_cents,
            **_tax_columns(applied, taxes, composition.invoice),
        )
        for line in composition.bill.lines
        for applied in line.taxes.applied
    ]


def _invoice_taxes(composition: Composition, taxes: dict[uuid.UUID, Tax]) -> list[InvoiceTax]:
    return [
        InvoiceTax(
            invoice=composition.invoice,
            fees_amount_cents=round_to_cents(applied.base_cents),
            **_tax_columns(applied, taxes, composition.invoice),
        )
        for applied in composition.bill.applied_taxes
    ]


def _tax_columns(
    applied: AppliedTax, taxes: dict[uuid.UUID, Tax], invoice: Invoice
) -> dict[str, object]:
    tax = taxes[applied.tax.key]  # type: ignore[index]
    return {
        "organization_id": invoice.organization_id,
        "tax_id": tax.pk,
        "tax_name": tax.name,
        "tax_code": tax.code,
        "tax_description": tax.description,
        "tax_rate": tax.rate,
        "amount_cents": applied.amount_cents,
        "created_at": invoice.created_at,
    }
