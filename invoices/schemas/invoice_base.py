"""The shape of an invoice's own columns, as other objects show it."""

from __future__ import annotations

from typing import Any

from api.values import day, instant, instant_ms
from invoices.models import Invoice, PrepaidCredit


def invoice_base_out(invoice: Invoice) -> dict[str, Any]:
    """Write an invoice as other objects show it: its own columns alone."""
    return _head(invoice) | _amounts(invoice)


def _head(invoice: Invoice) -> dict[str, Any]:
    return {
        "lago_id": str(invoice.pk),
        "billing_entity_code": "default",
        "sequential_id": invoice.sequential_id,
        "number": invoice.number,
        "purchase_order_number": invoice.purchase_order_number,
        "issuing_date": day(invoice.issuing_date),
        "payment_due_date": day(invoice.payment_due_date),
        "net_payment_term": invoice.net_payment_term,
        "invoice_type": invoice.invoice_type,
        "status": invoice.status,
        "payment_status": invoice.payment_status,
        "payment_dispute_lost_at": instant_ms(invoice.payment_dispute_lost_at),
        "payment_overdue": invoice.payment_overdue,
        "currency": invoice.currency,
        "version_number": 4,
        "self_billed": invoice.self_billed,
        "created_at": instant(invoice.created_at),
        "updated_at": instant(invoice.updated_at),
        "voided_at": instant(invoice.voided_at),
        "file_url": None,
        "xml_url": None,
        "web_url": None,
    }


def _amounts(invoice: Invoice) -> dict[str, Any]:
    granted, purchased = _prepaid_split(invoice)
    return {
        "fees_amount_cents": invoice.fees_amount_cents,
        "taxes_amount_cents": invoice.taxes_amount_cents,
        "progressive_billing_credit_amount_cents": invoice.progressive_billing_credit_amount_cents,
        "coupons_amount_cents": invoice.coupons_amount_cents,
        "credit_notes_amount_cents": invoice.credit_notes_amount_cents,
        "sub_total_excluding_taxes_amount_cents": invoice.sub_total_excluding_taxes_amount_cents,
        "sub_total_including_taxes_amount_cents": invoice.sub_total_including_taxes_amount_cents,
        "total_amount_cents": invoice.total_amount_cents,
        "total_due_amount_cents": invoice.total_due_amount_cents,
        "total_paid_amount_cents": invoice.total_paid_amount_cents,
        "total_offsetted_credit_note_amount_cents": invoice.offset_amount_cents,
        "prepaid_credit_amount_cents": invoice.prepaid_credit_amount_cents,
        "prepaid_granted_credit_amount_cents": granted,
        "prepaid_purchased_credit_amount_cents": purchased,
    }


def _prepaid_split(invoice: Invoice) -> tuple[int | None, int | None]:
    """What of the prepaid credits was granted and what purchased; null without any."""
    if not invoice.prepaid_credit_amount_cents:
        return None, None
    granted = 0
    ties = PrepaidCredit.objects.filter(invoice=invoice, role=PrepaidCredit.Role.SPENT)
    for kind, cents in ties.values_list(
        "wallet_transaction__fundings__inbound__kind",
        "wallet_transaction__fundings__amount_cents",
    ):
        granted += cents or 0 if kind == "granted" else 0
    return granted, invoice.prepaid_credit_amount_cents - granted
