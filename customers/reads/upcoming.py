"""The next invoice of a customer, as the billing run would make it from what has been used so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from activity.actors import Actor
from billing.errors import DomainError
from customers.models import Customer
from invoices.models import Invoice
from subscriptions.models import Subscription
from workflows.preview_invoice import PreviewAsked, preview_invoice

MOST_LINES = 6


@dataclass(frozen=True)
class Line:
    """A line of the next invoice."""

    name: str
    amount_cents: int


@dataclass(frozen=True)
class Upcoming:
    """The next invoice, or why there is none."""

    refusal: str = ""
    at: datetime | None = None
    issuing_date: date | None = None
    payment_due_date: date | None = None
    currency: str = ""
    lines: tuple[Line, ...] = ()
    more_lines: int = 0
    fees_cents: int = 0
    credits_cents: int = 0
    taxes_cents: int = 0
    total_cents: int = 0
    subscriptions: tuple[str, ...] = ()


def upcoming(customer: Customer, *, actor: Actor, at: datetime) -> Upcoming:
    """Return the invoice of the next billing day, made by the billing run itself and taken back."""
    running = Subscription.objects.active().filter(
        customer=customer, next_billing_at__isnull=False, external_id__gt=""
    )
    rows = list(running.order_by("next_billing_at", "pk"))
    if not rows:
        return Upcoming(refusal=_("Nothing runs that would be invoiced by itself."))
    first = rows[0].next_billing_at
    asked = PreviewAsked(
        customer={"external_id": customer.external_id},
        external_ids=[row.external_id for row in rows if row.next_billing_at == first],
    )
    try:
        found = preview_invoice(customer.organization, asked=asked, show=_shown, actor=actor, at=at)
    except DomainError:
        return Upcoming(refusal=_("The next billing day brings no invoice."), at=first)
    return found


def _shown(invoice: Invoice) -> Upcoming:
    fees = list(invoice.fees.order_by("-amount_cents", "pk"))
    credits = (
        invoice.progressive_billing_credit_amount_cents
        + invoice.coupons_amount_cents
        + invoice.credit_notes_amount_cents
        + invoice.prepaid_credit_amount_cents
    )
    lines = [Line(fee.shown_name, fee.amount_cents) for fee in fees]
    return Upcoming(
        at=invoice.billed_at,
        issuing_date=invoice.issuing_date,
        payment_due_date=invoice.payment_due_date,
        currency=invoice.currency,
        lines=tuple(lines[:MOST_LINES]),
        more_lines=max(0, len(lines) - MOST_LINES),
        fees_cents=invoice.fees_amount_cents,
        credits_cents=credits,
        taxes_cents=invoice.taxes_amount_cents,
        total_cents=invoice.total_amount_cents,
        subscriptions=tuple(
            row.subscription.name or row.subscription.external_id
            for row in invoice.invoice_subscriptions.select_related("subscription")
        ),
    )
