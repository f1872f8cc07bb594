"""Invoices, fees, credit notes, and the ties to coupons, wallets and billed periods."""

from invoices.models.adjustment import AdjustedFee
from invoices.models.batch import InvoiceBatch, InvoiceBatchRow
from invoices.models.credit_note import CreditNote, CreditNoteItem, CreditNoteTax
from invoices.models.credits import (
    AppliedUsageThreshold,
    CouponCredit,
    CreditNoteCredit,
    PrepaidCredit,
    ProgressiveCredit,
)
from invoices.models.fee import Fee, FeeTax
from invoices.models.invoice import Invoice
from invoices.models.invoice_parts import (
    BillingFailure,
    InvoiceMetadata,
    InvoiceTax,
    NumberSequence,
)
from invoices.models.periods import BilledPeriod, InvoiceSubscription

__all__ = [
    "AdjustedFee",
    "AppliedUsageThreshold",
    "BilledPeriod",
    "BillingFailure",
    "CouponCredit",
    "CreditNote",
    "CreditNoteCredit",
    "CreditNoteItem",
    "CreditNoteTax",
    "Fee",
    "FeeTax",
    "Invoice",
    "InvoiceBatch",
    "InvoiceBatchRow",
    "InvoiceMetadata",
    "InvoiceSubscription",
    "InvoiceTax",
    "NumberSequence",
    "PrepaidCredit",
    "ProgressiveCredit",
]
