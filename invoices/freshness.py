"""Drafts that no longer show all that was used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from invoices.models import Invoice
from organizations.models import Organization


@transaction.atomic
def flag_drafts(
    organization: Organization, *, external_subscription_ids: Iterable[str], at: datetime
) -> int:
    """Mark the drafts that bill one of these subscriptions to be refreshed; return how many were marked.

    A mark is work for the refresh, no change of the invoice, so the journal does not tell of it. One query
    when there is nothing to mark.
    """
    stale = (
        Invoice.objects.of(organization)
        .drafts()
        .filter(
            ready_to_be_refreshed=False,
            invoice_subscriptions__subscription__external_id__in=list(external_subscription_ids),
        )
        .values_list("pk", flat=True)
    )
    found = set(stale)
    if not found:
        return 0
    locked = Invoice.objects.drafts().filter(pk__in=found).locked().values_list("pk", flat=True)
    return Invoice.objects.filter(pk__in=list(locked)).update(
        ready_to_be_refreshed=True, updated_at=at
    )
