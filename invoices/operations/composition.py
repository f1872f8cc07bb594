"""An invoice that is worked out and ready to be stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from billing.bill import Bill
from billing.progressive import ProgressiveTerms
from invoices.lifecycle import InvoiceStatus
from invoices.models import AdjustedFee, Fee, Invoice, InvoiceSubscription
from invoices.rating.facts import SubscriptionFacts
from invoices.rating.line import Claim, RatedFee


@dataclass
class Composition:
    """An invoice that is ready to be stored; `invoice` is new, or the draft that it replaces."""

    invoice: Invoice
    fees: Sequence[RatedFee]
    bill: Bill
    is_final: bool
    entries: Sequence[InvoiceSubscription] = ()
    claims: Sequence[Claim] = ()
    is_new: bool = True
    old_fees: Sequence[Fee] = field(default=())
    facts: Sequence[SubscriptionFacts] = field(default=())
    waits_for_payment: bool = False
    progressive: tuple[ProgressiveTerms, ...] = ()
    adjustments: Sequence[AdjustedFee] = ()

    @property
    def becomes(self) -> InvoiceStatus:
        """The status that the invoice gets: open until it is paid, or closed when it is zero, instead of final."""
        if not self.is_final:
            return InvoiceStatus.DRAFT
        if self.waits_for_payment:
            return InvoiceStatus.OPEN
        skips = self.invoice.customer.skips_zero_amount_invoices
        is_zero = self.bill.fees_amount_cents == 0
        return InvoiceStatus.CLOSED if is_zero and skips else InvoiceStatus.FINALIZED
