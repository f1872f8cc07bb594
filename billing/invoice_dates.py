"""The dates of an invoice: issued, due, and when its draft is finalized.

Source: docs/billing-policy.md, section "Invoice dates".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_TERM = 3650
"""The most days that a payment term or a grace period may have: ten years, well within the calendar."""


class IssuingAnchor(StrEnum):
    """The day that the issuing date of a recurring invoice goes by."""

    CURRENT_PERIOD_END = "current_period_end"
    NEXT_PERIOD_START = "next_period_start"


class IssuingAdjustment(StrEnum):
    """Whether that day is kept, or follows the grace period."""

    KEEP_ANCHOR = "keep_anchor"
    ALIGN_WITH_FINALIZATION_DATE = "align_with_finalization_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingTerms:
    """The settings that apply to an invoice; `grace_days` and `net_payment_days` are days.

    `has_grace` is only for subscription invoices that are not made by an event: all others are
    issued on the day itself. `is_recurring` marks the invoice of a billing day.
    """

    grace_days: int = 0
    net_payment_days: int = 0
    anchor: str = IssuingAnchor.NEXT_PERIOD_START
    adjustment: str = IssuingAdjustment.ALIGN_WITH_FINALIZATION_DATE
    has_grace: bool = True
    is_recurring: bool = False

    @property
    def applicable_grace_days(self) -> int:
        """The days for which the invoice stays a draft."""
        return self.grace_days if self.has_grace else 0

    @property
    def keeps_anchor(self) -> bool:
        """Whether the issuing date stays where it is when the draft is finalized."""
        return self.is_recurring and self.adjustment == IssuingAdjustment.KEEP_ANCHOR

    @property
    def issuing_shift_days(self) -> int:
        """The days from the billing day to the issuing date."""
        if not self.has_grace:
            return 0
        if not self.is_recurring:
            return self.grace_days
        is_at_end = self.anchor == IssuingAnchor.CURRENT_PERIOD_END
        if self.keeps_anchor or (is_at_end and self.grace_days == 0):
            return -1 if is_at_end else 0
        return self.grace_days


@dataclass(frozen=True, slots=True)
class InvoiceDates:
    """The three civil days of an invoice."""

    issuing_date: date
    expected_finalization_date: date
    payment_due_date: date


def invoice_dates(billed_on: date, terms: IssuingTerms) -> InvoiceDates:
    """Return the dates of an invoice that is made on the local day `billed_on`."""
    issued_on = billed_on + timedelta(days=terms.issuing_shift_days)
    return InvoiceDates(
        issued_on,
        billed_on + timedelta(days=terms.applicable_grace_days),
        issued_on + timedelta(days=terms.net_payment_days),
    )


def dates_at_finalization(
    dates: InvoiceDates, finalized_on: date, terms: IssuingTerms
) -> InvoiceDates:
    """Return the dates of a draft that is finalized on the local day `finalized_on`."""
    issued_on = dates.issuing_date if terms.keeps_anchor else finalized_on
    due_on = issued_on + timedelta(days=terms.net_payment_days)
    return InvoiceDates(issued_on, dates.expected_finalization_date, due_on)


def rescheduled(dates: InvoiceDates, before: IssuingTerms, after: IssuingTerms) -> InvoiceDates:
    """Return the dates of a draft whose customer's settings change from `before` to `after`."""
    shift = after.issuing_shift_days - before.issuing_shift_days
    grace = after.applicable_grace_days - before.applicable_grace_days
    issued_on = dates.issuing_date + timedelta(days=shift)
    return InvoiceDates(
        issued_on,
        dates.expected_finalization_date + timedelta(days=grace),
        issued_on + timedelta(days=after.net_payment_days),
    )
