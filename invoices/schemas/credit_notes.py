"""The shapes of credit notes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Integer, day, decimal, instant, number
from billing.credits import Estimate
from billing.taxes import AppliedTax
from customers.schemas import customer_base_out
from invoices.models import CreditNote, CreditNoteTax, Invoice
from invoices.schemas.fees import fee_out


class CreditNoteIn(In):
    """A credit note to issue, to estimate, or what to change of one."""

    invoice_id: str | None = None
    reason: str | None = None
    description: str | None = None
    credit_amount_cents: Integer | None = None
    refund_amount_cents: Integer | None = None
    offset_amount_cents: Integer | None = None
    items: Any = None
    metadata: dict[str, Any] | None = None
    refund_status: str | None = None


class CreditNoteOut(TypedDict):
    """A credit note."""

    lago_id: str
    number: str
    total_amount_cents: int


class EstimateOut(TypedDict):
    """What items of an invoice would give back."""

    lago_invoice_id: str
    invoice_number: str


def credit_note_out(note: CreditNote) -> dict[str, Any]:
    """Write a credit note, best loaded with invoice, customer, items and taxes."""
    return _head(note) | _amounts(note) | _parts(note)


def _head(note: CreditNote) -> dict[str, Any]:
    shown = {
        "lago_id": str(note.pk),
        "billing_entity_code": "default",
        "sequential_id": note.sequential_id,
        "number": note.number,
        "lago_invoice_id": str(note.invoice_id),
        "invoice_number": note.invoice.number,
        "purchase_order_number": note.invoice.purchase_order_number,
        "issuing_date": day(note.issuing_date),
        "credit_status": note.credit_status,
        "refund_status": note.refund_status,
        "reason": note.reason,
        "description": note.description,
        "currency": note.currency,
        "created_at": instant(note.created_at),
        "updated_at": instant(note.updated_at),
        "file_url": None,
        "xml_url": None,
        "self_billed": note.invoice.self_billed,
        "error_details": [],
    }
    return shown | ({"metadata": note.metadata} if note.metadata else {})


def _amounts(note: CreditNote) -> dict[str, Any]:
    items = sum((item.precise_amount_cents for item in note.items.all()), Decimal(0))
    coupons = note.precise_coupons_adjustment_amount_cents
    precise_total = items - coupons + note.precise_taxes_amount_cents
    return {
        "total_amount_cents": note.total_amount_cents,
        "precise_total_amount_cents": decimal(precise_total),
        "taxes_amount_cents": note.taxes_amount_cents,
        "precise_taxes_amount_cents": decimal(note.precise_taxes_amount_cents),
        "sub_total_excluding_taxes_amount_cents": note.sub_total_excluding_taxes_amount_cents,
        "balance_amount_cents": note.balance_amount_cents,
        "credit_amount_cents": note.credit_amount_cents,
        "refund_amount_cents": note.refund_amount_cents,
        "offset_amount_cents": note.offset_amount_cents,
        "coupons_adjustment_amount_cents": note.coupons_adjustment_amount_cents,
        "taxes_rate": number(note.taxes_rate),
    }


def _parts(note: CreditNote) -> dict[str, Any]:
    return {
        "customer": customer_base_out(note.customer),
        "items": [
            {
                "lago_id": str(item.pk),
                "amount_cents": item.amount_cents,
                "precise_amount_cents": decimal(item.precise_amount_cents),
                "amount_currency": item.amount_currency,
                "fee": fee_out(item.fee),
            }
            for item in note.items.all()
        ],
        "applied_taxes": [_tax_out(tax, note) for tax in note.applied_taxes.all()],
    }


def _tax_out(tax: CreditNoteTax, note: CreditNote) -> dict[str, Any]:
    return {
        "lago_id": str(tax.pk),
        "lago_credit_note_id": str(note.pk),
        "lago_tax_id": str(tax.tax_id) if tax.tax_id else None,
        "tax_name": tax.tax_name,
        "tax_code": tax.tax_code,
        "tax_rate": number(tax.tax_rate),
        "tax_description": tax.tax_description,
        "base_amount_cents": tax.base_amount_cents,
        "amount_cents": tax.amount_cents,
        "amount_currency": note.currency,
        "created_at": instant(tax.created_at),
    }


def estimate_out(invoice: Invoice, estimate: Estimate) -> dict[str, Any]:
    """Write what items would give back."""
    worth = estimate.worth
    return {
        "lago_invoice_id": str(invoice.pk),
        "invoice_number": invoice.number,
        "currency": invoice.currency,
        "taxes_amount_cents": worth.taxes_amount_cents,
        "precise_taxes_amount_cents": decimal(worth.precise_taxes_amount_cents),
        "taxes_rate": number(worth.taxes_rate),
        "sub_total_excluding_taxes_amount_cents": worth.sub_total_excluding_taxes_amount_cents,
        "max_creditable_amount_cents": estimate.max_creditable_amount_cents,
        "max_refundable_amount_cents": estimate.max_refundable_amount_cents,
        "max_offsettable_amount_cents": estimate.max_offsettable_amount_cents,
        "coupons_adjustment_amount_cents": worth.coupons_adjustment_amount_cents,
        "precise_coupons_adjustment_amount_cents": decimal(
            worth.precise_coupons_adjustment_amount_cents
        ),
        "items": [
            {"lago_fee_id": str(item.fee), "amount_cents": item.amount_cents}
            for item in worth.items
        ],
        "applied_taxes": [_estimated_tax(applied, invoice) for applied in worth.applied_taxes],
    }


def _estimated_tax(applied: AppliedTax, invoice: Invoice) -> dict[str, Any]:
    return {
        "lago_tax_id": str(applied.tax.key),
        "tax_name": applied.tax.name,
        "tax_code": applied.tax.code,
        "tax_rate": number(applied.tax.rate),
        "tax_description": "",
        "base_amount_cents": int(applied.base_cents),
        "amount_cents": applied.amount_cents,
        "amount_currency": invoice.currency,
    }
