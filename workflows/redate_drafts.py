"""Move the dates of a customer's drafts after a change of its grace period or payment term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from customers.models import Customer
from invoices.models import Invoice


@dataclass(frozen=True)
class DraftTerms:
    """The settings from which the dates of a draft follow, in days."""

    grace: int
    payment_term: int
    moves_issuing_date: bool


def draft_terms(customer: Customer) -> DraftTerms:
    """Return the terms that apply to the customer's drafts."""
    return DraftTerms(
        grace=customer.applicable_grace_period,
        payment_term=customer.applicable_net_payment_term,
        moves_issuing_date=customer.applicable_issuing_date_adjustment
        == "align_with_finalization_date",
    )


@transaction.atomic
def redate_drafts(customer: Customer, *, before: DraftTerms, at: datetime) -> int:
    """Give drafts the dates that the new terms imply and return how many there are.

    A draft whose new day of finalization has come is finalized by the next run of that job.
    """
    after = draft_terms(customer)
    if after == before:
        return 0
    longer = timedelta(days=after.grace - before.grace)
    drafts = list(Invoice.objects.drafts().filter(customer=customer).locked())
    for draft in drafts:
        draft.expected_finalization_date += longer
        if after.moves_issuing_date:
            draft.issuing_date += longer
        draft.net_payment_term = after.payment_term
        draft.payment_due_date = draft.issuing_date + timedelta(days=after.payment_term)
        draft.updated_at = at
    dates = ["expected_finalization_date", "issuing_date", "payment_due_date"]
    Invoice.objects.bulk_update(drafts, [*dates, "net_payment_term", "updated_at"])
    return len(drafts)
