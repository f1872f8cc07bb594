"""Wallets whose ongoing balance no longer knows all that was used."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from organizations.models import Organization
from wallets.models import Wallet


@transaction.atomic
def flag_ongoing_balances(
    organization: Organization, *, customer_ids: Iterable[uuid.UUID], at: datetime
) -> int:
    """Mark the active wallets of these customers for a new ongoing balance; return how many were marked.

    A mark is work for the recomputation, no change of the wallet, so the journal does not tell of it. One
    query when there is nothing to mark.
    """
    stale = (
        Wallet.objects.of(organization)
        .active()
        .filter(is_ongoing_stale=False, customer_id__in=list(customer_ids))
    )
    found = list(stale.values_list("pk", flat=True))
    if not found:
        return 0
    locked = Wallet.objects.active().filter(pk__in=found).locked().values_list("pk", flat=True)
    return Wallet.objects.filter(pk__in=list(locked)).update(is_ongoing_stale=True, updated_at=at)
