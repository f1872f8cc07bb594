"""Move the dates of a customer's drafts after a change of its grace period, payment term or issuing day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from django.db import transaction

from activity.actors import Actor
from billing.invoice_dates import InvoiceDates, IssuingTerms, rescheduled
from customers.models import Customer
from invoices.models import Invoice
from workflows.finalize_invoice import finalize_invoice
from workflows.refresh_invoice import invoicing_of

DATES = ("issuing_date", "expected_finalization_date", "payment_due_date")


def draft_terms(customer: Customer) -> IssuingTerms:
    """Return the settings from which the dates of the customer's drafts follow."""
    return IssuingTerms(
        grace_days=customer.applicable_grace_period,
        net_payment_days=customer.applicable_net_payment_term,
        anchor=customer.applicable_issuing_date_anchor,
        adjustment=customer.applicable_issuing_date_adjustment,
    )


@transaction.atomic
def redate_drafts(customer: Customer, *, before: IssuingTerms, actor: Actor, at: datetime) -> int:
    """Give drafts the dates that the new terms imply and return how many there are.

    Those whose day of finalization has come are finalized at once. The customer is locked by the caller.
    """
    after = draft_terms(customer)
    if after == before:
        return 0
    rows = Invoice.objects.drafts().filter(customer=customer).select_related("customer")
    drafts = list(rows.locked())
    for draft in drafts:
        _redate(draft, before, after, at=at)
    Invoice.objects.bulk_update(drafts, [*DATES, "net_payment_term", "updated_at"])
    due = Invoice.objects.due_for_finalization(at.astimezone(UTC).date()).filter(customer=customer)
    for draft in due.order_by("created_at", "pk"):
        finalize_invoice(draft, actor=actor, at=at)
    return len(drafts)


def _redate(draft: Invoice, before: IssuingTerms, after: IssuingTerms, *, at: datetime) -> None:
    is_recurring = invoicing_of(draft).is_recurring
    dates = rescheduled(
        InvoiceDates(*(getattr(draft, name) for name in DATES)),
        replace(before, is_recurring=is_recurring),
        replace(after, is_recurring=is_recurring),
    )
    for name in DATES:
        setattr(draft, name, getattr(dates, name))
    draft.net_payment_term = after.net_payment_days
    draft.updated_at = at
