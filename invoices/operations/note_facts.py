"""What credit notes need to know of an invoice, read from its rows."""

from __future__ import annotations

import uuid
from collections import defaultdict

from billing.credits import EarlierNote, FeeFacts, InvoiceFacts
from billing.lines import TaxTerms
from invoices.lifecycle import PaymentStatus
from invoices.models import CreditNote, CreditNoteItem, Fee, FeeTax, Invoice, PrepaidCredit


def facts_of(invoice: Invoice) -> InvoiceFacts:
    """Return an invoice with its fees and earlier credit notes as the pure core sees it; five queries."""
    taxes: dict[uuid.UUID, list[TaxTerms]] = defaultdict(list)
    for row in FeeTax.objects.filter(fee__invoice_id=invoice.pk).order_by("tax_code", "pk"):
        taxes[row.fee_id].append(
            TaxTerms(row.tax_id or row.tax_code, row.tax_code, row.tax_rate, row.tax_name)
        )
    credited: dict[uuid.UUID, int] = defaultdict(int)
    for item in CreditNoteItem.objects.filter(credit_note__invoice_id=invoice.pk):
        credited[item.fee_id] += item.amount_cents
    fees = Fee.objects.filter(invoice_id=invoice.pk).order_by("created_at", "pk")
    return InvoiceFacts(
        invoice_type=invoice.invoice_type,
        fees=tuple(
            FeeFacts(
                key=fee.pk,
                amount_cents=fee.amount_cents,
                precise_coupons_amount_cents=fee.precise_coupons_amount_cents,
                taxes=tuple(taxes[fee.pk]),
                credited_cents=credited[fee.pk],
            )
            for fee in fees
        ),
        taxes_amount_cents=invoice.taxes_amount_cents,
        total_amount_cents=invoice.total_amount_cents,
        coupons_amount_cents=invoice.coupons_amount_cents,
        progressive_billing_credit_amount_cents=invoice.progressive_billing_credit_amount_cents,
        paid_cents=invoice.total_paid_amount_cents,
        is_draft=invoice.is_draft,
        has_payment_succeeded=invoice.payment_status == PaymentStatus.SUCCEEDED,
        wallet_balance_cents=_wallet_balance(invoice),
        notes=tuple(
            EarlierNote(
                credit_cents=note.credit_amount_cents,
                refund_cents=note.refund_amount_cents,
                offset_cents=note.offset_amount_cents,
                taxes_cents=note.taxes_amount_cents,
                precise_taxes_cents=note.precise_taxes_amount_cents,
            )
            for note in CreditNote.objects.filter(invoice_id=invoice.pk)
        ),
    )


def _wallet_balance(invoice: Invoice) -> int | None:
    """Return what the wallet holds whose credits the invoice sold; None if it is not active."""
    if invoice.invoice_type != "credit":
        return None
    tie = (
        PrepaidCredit.objects.filter(invoice_id=invoice.pk, role=PrepaidCredit.Role.PURCHASED)
        .select_related("wallet_transaction__wallet")
        .first()
    )
    if tie is None or not tie.wallet_transaction.wallet.is_active:
        return None
    balance_cents: int = tie.wallet_transaction.wallet.balance_cents
    return balance_cents
