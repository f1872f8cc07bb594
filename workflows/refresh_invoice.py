"""Make a draft anew, with the usage, plans and taxes of now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.periods import Reason, Succession
from invoices.models import AdjustedFee, Invoice, InvoiceSubscription
from invoices.models.periods import InvoicingReason
from invoices.operations.draft_notes import amounts_of, rescale_draft_notes
from invoices.operations.locking import lock_invoice
from invoices.rating import Occasion
from subscriptions.models import Subscription
from subscriptions.terms import succession
from workflows.issue_invoices import Invoicing, issue_invoices


@transaction.atomic
def refresh_invoice(invoice: Invoice, *, actor: Actor, at: datetime) -> Invoice:
    """Rate a draft again and return it; an invoice that is no draft comes back as it is.

    Its id, its moment of billing, the ids of its lines and what was adjusted by hand stay; draft credit notes on it
    are rescaled.
    """
    invoice = lock_invoice(invoice)
    if not invoice.is_draft:
        return invoice
    before = amounts_of(invoice)
    [fresh] = issue_invoices([invoicing_of(invoice)], actor=actor, at=at)
    rescale_draft_notes(fresh, before=before, at=at)
    return fresh


def invoicing_of(
    invoice: Invoice, *, is_final: bool = False, finalized_at: datetime | None = None
) -> Invoicing:
    """Return how a draft is made anew: the same occasions at the same moment.

    `invoice` comes with its customer. A draft stays one unless `is_final`, whatever the grace period is now.
    """
    adjustments = tuple(AdjustedFee.objects.filter(invoice=invoice))
    rows = entries_of(invoice)
    return Invoicing(
        customer=invoice.customer,
        billed_at=invoice.billed_at,
        finalized_at=finalized_at,
        currency=invoice.currency,
        invoice_type=invoice.invoice_type,
        occasions=occasions_of(rows, invoice.pk, adjustments),
        is_recurring=_is_recurring(rows),
        is_final=is_final,
        draft=invoice,
    )


def entries_of(invoice: Invoice) -> list[InvoiceSubscription]:
    """Return what subscriptions an invoice bills, each with all that rating needs to know of it."""
    return list(
        InvoiceSubscription.objects.filter(invoice=invoice)
        .select_related("subscription__plan", "subscription__customer__organization")
        .order_by("created_at", "pk")
    )


def occasions_of(
    entries: Sequence[InvoiceSubscription],
    draft_id: uuid.UUID | None,
    adjustments: tuple[AdjustedFee, ...],
) -> tuple[Occasion, ...]:
    """Return the occasions for which an invoice billed subscriptions, to bill them once more."""
    return tuple(
        Occasion(row.subscription, _reason(row), row.billed_at, draft_id, adjustments)
        for row in entries
    )


def _is_recurring(rows: Sequence[InvoiceSubscription]) -> bool:
    return any(row.invoicing_reason == InvoicingReason.PERIODIC for row in rows)


def _reason(row: InvoiceSubscription) -> Reason:
    """Return why the subscription was billed, as rating wants to know it."""
    if row.invoicing_reason == InvoicingReason.STARTING:
        return Reason.STARTING
    if row.invoicing_reason != InvoicingReason.TERMINATING:
        return Reason.PERIODIC
    following = (
        Subscription.objects.filter(previous_subscription=row.subscription)
        .exclude(status="canceled")
        .select_related("plan")
        .first()
    )
    if following is None or following.started_at is None:
        return Reason.TERMINATING
    change = succession(row.subscription.plan, following.plan)
    return Reason.UPGRADE if change == Succession.UPGRADE else Reason.DOWNGRADE
