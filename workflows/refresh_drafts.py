"""Make drafts anew that something has changed for."""

from __future__ import annotations

from datetime import datetime

from activity.actors import SYSTEM, Actor
from invoices.models import Invoice
from organizations.models import Organization
from workflows.refresh_invoice import refresh_invoice


def refresh_drafts(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Refresh every flagged draft of which a subscription still runs; return how many.

    The others are made anew when they are finalized.
    """
    stale = (
        Invoice.objects.of(organization)
        .drafts()
        .filter(ready_to_be_refreshed=True)
        .filter(invoice_subscriptions__subscription__status="active")
        .distinct()
    )
    drafts = list(stale.order_by("created_at", "pk"))
    for draft in drafts:
        refresh_invoice(draft, actor=actor, at=at)
    return len(drafts)
