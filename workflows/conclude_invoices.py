"""What follows when invoices have been stored: coupons, credit notes and wallets are used, the world hears of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from activity import journal
from activity.actors import Actor
from activity.models import JournalEntry, OutboxMessage
from billing.credits import compose_excess_note
from billing.progressive import ProgressiveGrant
from coupons.operations import applied as coupons
from invoices.lifecycle import InvoiceStatus
from invoices.means import Means
from invoices.models import Invoice, PrepaidCredit
from invoices.models.credit_note import Reason
from invoices.models.invoice import InvoiceType
from invoices.operations import credit_notes
from invoices.operations.composition import Composition
from invoices.operations.note_facts import facts_of
from persistence.saving import create_all
from wallets.operations import transactions as wallets
from wallets.operations.recurring import mark_stale

CREATED = {
    InvoiceType.ONE_OFF: "invoice.one_off_created",
    InvoiceType.CREDIT: "invoice.paid_credit_added",
}


def conclude_invoices(
    compositions: Sequence[Composition],
    means: Mapping[uuid.UUID, Means],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Use what paid for the final invoices, finalize their draft credit notes, journal and announce all of them.

    Called by `issue_invoices` in its transaction, with the customers locked.
    """
    mark_customers_stale(compositions)
    for composition in compositions:
        if composition.is_final:
            _use(composition, means[composition.invoice.customer_id], actor=actor, at=at)
    entries: list[JournalEntry] = []
    messages: list[OutboxMessage] = []
    for composition in compositions:
        _tell(composition, entries, messages, actor=actor, at=at)
    journal.record_many(entries)
    journal.announce_many(messages)
    for composition in compositions:
        if composition.invoice.status == InvoiceStatus.FINALIZED and not composition.is_new:
            credit_notes.finalize_notes_of(composition.invoice, actor=actor, at=at)


def mark_customers_stale(compositions: Sequence[Composition]) -> None:
    """Let the running balances of the customers' wallets be worked out again."""
    if compositions:
        organization = compositions[0].invoice.customer.organization
        ids = [each.invoice.customer_id for each in compositions]
        mark_stale(organization, customer_ids=ids)


def _use(composition: Composition, means: Means, *, actor: Actor, at: datetime) -> None:
    invoice, bill = composition.invoice, composition.bill
    remaining = {terms.key: terms.remaining_cents for terms in means.coupons}
    for grant in bill.coupon_grants:
        coupons.use(
            means.applied_coupons[grant.key],  # type: ignore[index]
            amount_cents=grant.amount_cents,
            remaining_cents=remaining[grant.key],
            actor=actor,
            at=at,
        )
    credit_notes.consume_notes(bill.note_grants, means.credit_notes, at=at)
    for progressive in bill.progressive_grants:
        if progressive.excess_cents:
            _credit_excess(progressive, actor=actor, at=at)
    ties = [
        PrepaidCredit(
            organization_id=invoice.organization_id,
            invoice=invoice,
            wallet_transaction=wallets.spend(
                means.wallet_rows[grant.key],  # type: ignore[index]
                amount_cents=grant.amount_cents,
                actor=actor,
                at=at,
            ),
            role=PrepaidCredit.Role.SPENT,
            created_at=at,
        )
        for grant in bill.wallet_grants
    ]
    create_all(ties)


def _credit_excess(grant: ProgressiveGrant, *, actor: Actor, at: datetime) -> None:
    """Give back what a progressive invoice has billed beyond what the period came to in the end."""
    invoice = Invoice.objects.select_related("customer__organization").get(
        pk=cast(uuid.UUID, grant.key)
    )
    note, _ = compose_excess_note(facts_of(invoice), grant.excess_cents)
    if note is not None and note.total_amount_cents > 0:
        credit_notes.store_note(invoice, note, reason=Reason.OTHER, actor=actor, at=at)


def _tell(
    composition: Composition,
    entries: list[JournalEntry],
    messages: list[OutboxMessage],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    invoice = composition.invoice
    if invoice.status == InvoiceStatus.CLOSED:
        entries.append(_entry(invoice, "invoice.closed", actor, at))
    elif invoice.status == InvoiceStatus.DRAFT:
        action = "invoice.drafted" if composition.is_new else "invoice.refreshed"
        entries.append(_entry(invoice, action, actor, at))
        if composition.is_new:
            messages.append(journal.announcement(invoice, "invoice.drafted", at=at))
    elif invoice.status == InvoiceStatus.FINALIZED:
        entries.append(_entry(invoice, "invoice.finalized", actor, at))
        kind = CREATED.get(InvoiceType(invoice.invoice_type), "invoice.created")
        messages.append(journal.announcement(invoice, kind, at=at))
        messages.append(journal.announcement(invoice, "invoice.document", at=at, topic="document"))
        if invoice.total_amount_cents and not invoice.skip_psp and not invoice.self_billed:
            messages.append(
                journal.announcement(invoice, "invoice.payment", at=at, topic="payment")
            )


def _entry(invoice: Invoice, action: str, actor: Actor, at: datetime) -> JournalEntry:
    return journal.entry_for(
        invoice,
        action,
        actor=actor,
        at=at,
        after={
            "number": invoice.number,
            "status": str(invoice.status),
            "currency": invoice.currency,
            "fees_amount_cents": invoice.fees_amount_cents,
            "coupons_amount_cents": invoice.coupons_amount_cents,
            "taxes_amount_cents": invoice.taxes_amount_cents,
            "credit_notes_amount_cents": invoice.credit_notes_amount_cents,
            "prepaid_credit_amount_cents": invoice.prepaid_credit_amount_cents,
            "total_amount_cents": invoice.total_amount_cents,
        },
    )
