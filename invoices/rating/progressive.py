"""What progressive invoices have billed already of the periods that an invoice closes."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Sum

from billing.periods import Period, Reason
from billing.progressive import ProgressiveLine, ProgressiveTerms, remaining_credit
from invoices.models import CreditNote, Fee, InvoiceSubscription, ProgressiveCredit
from invoices.models.periods import InvoicingReason
from invoices.rating.facts import FORGOTTEN, SubscriptionFacts

Progressive = dict[uuid.UUID, ProgressiveTerms]
"""The last progressive invoice of the period that is closed, by subscription."""


def read_progressive(facts: Sequence[SubscriptionFacts]) -> Progressive:
    """Return what progressive invoices have billed of the periods closed here; one query if there are none."""
    closing = {
        each.subscription.pk: each
        for each in facts
        if each.boundaries.charges is not None and each.occasion.reason != Reason.STARTING
    }
    if not closing:
        return {}
    last: dict[uuid.UUID, InvoiceSubscription] = {}
    rows = (
        InvoiceSubscription.objects.filter(
            subscription_id__in=closing, invoicing_reason=InvoicingReason.PROGRESSIVE
        )
        .exclude(invoice__status__in=FORGOTTEN)
        .select_related("invoice")
        .order_by("billed_at", "pk")
    )
    for row in rows:
        charges = closing[row.subscription_id].boundaries.charges
        is_own = row.invoice_id == closing[row.subscription_id].occasion.invoice_id
        if charges and row.charges_start_at == charges.start and not is_own:
            last[row.subscription_id] = row
    return {
        pk: terms_of_progressive(row, draft_id=closing[pk].occasion.invoice_id)
        for pk, row in last.items()
    }


def last_progressive(subscription_id: uuid.UUID, period: Period) -> InvoiceSubscription | None:
    """Return the tie of the latest progressive invoice of a charges period, with the invoice, or None."""
    return (
        InvoiceSubscription.objects.filter(
            subscription_id=subscription_id,
            invoicing_reason=InvoicingReason.PROGRESSIVE,
            charges_start_at=period.start,
        )
        .exclude(invoice__status__in=FORGOTTEN)
        .select_related("invoice")
        .order_by("-billed_at", "-pk")
        .first()
    )


def terms_of_progressive(
    row: InvoiceSubscription, *, draft_id: uuid.UUID | None = None
) -> ProgressiveTerms:
    """Return a progressive invoice, by its tie to a subscription, as what may be taken off the next one.

    What the draft that is made anew has taken off it before is free again.
    """
    invoice = row.invoice
    credited = (
        ProgressiveCredit.objects.filter(progressive_invoice=invoice)
        .exclude(invoice__status__in=FORGOTTEN)
        .exclude(invoice_id=draft_id or invoice.pk)
    )
    notes = CreditNote.objects.filter(invoice=invoice)
    lines: dict[tuple, int] = defaultdict(int)
    for fee in Fee.objects.filter(invoice=invoice, subscription_id=row.subscription_id):
        group = tuple(sorted(fee.grouped_by.items())) or None
        lines[fee.charge_id, fee.charge_filter_id, group] += fee.amount_cents
    return ProgressiveTerms(
        key=invoice.pk,
        subscription=row.subscription_id,
        remaining_cents=remaining_credit(
            fees_cents=invoice.fees_amount_cents,
            coupons_cents=invoice.coupons_amount_cents,
            credited_cents=credited.aggregate(sum=Sum("amount_cents"))["sum"] or 0,
            notes_cents=notes.aggregate(sum=Sum("sub_total_excluding_taxes_amount_cents"))["sum"]
            or 0,
        ),
        lines=tuple(
            ProgressiveLine(amount_cents=cents, charge=charge, charge_filter=chosen, group=group)
            for (charge, chosen, group), cents in lines.items()
        ),
    )
