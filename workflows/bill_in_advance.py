"""Bill events at once: charges that are paid in advance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from activity.actors import SYSTEM, Actor
from billing.aggregation import Event
from catalog.models import Charge
from invoices.models import InvoiceSubscription
from invoices.models.periods import InvoicingReason
from invoices.operations import fees
from invoices.operations.locking import lock_customers
from invoices.rating.in_advance import charges_period_at, rate_event
from invoices.rating.line import RatedFee
from invoices.rating.plans import PlanBook, read_plan_book
from organizations.models import Organization
from subscriptions.models import Subscription
from usage.incoming import IncomingEvent
from usage.models import UsageEvent
from workflows.issue_invoices import Invoicing, issue_invoices


def bill_in_advance(
    organization: Organization,
    arrivals: Mapping[Subscription, Sequence[UsageEvent]],
    at: datetime,
    actor: Actor = SYSTEM,
) -> None:
    """Make the fees of new events on charges paid in advance, in the order in which the events came.

    An invoiceable fee has an invoice of its own, never a draft; the others stand alone until they are regrouped. An
    event is billed once, whatever happens: the database refuses a second fee. One query when no plan has such
    charges.
    """
    plans = {row.plan_id for row in arrivals}
    codes = set(
        Charge.objects.kept()
        .filter(plan_id__in=plans, pay_in_advance=True)
        .values_list("plan_id", "billable_metric__code")
    )
    concerned = {
        row: [event for event in events if (row.plan_id, event.code) in codes]
        for row, events in arrivals.items()
    }
    for row, events in concerned.items():
        if events and not row.customer.is_deleted:
            _bill(row, events, actor=actor, at=at)


@transaction.atomic
def _bill(row: Subscription, events: Iterable[UsageEvent], *, actor: Actor, at: datetime) -> None:
    lock_customers({row.customer_id})
    book = read_plan_book({row.plan_id}, [row.customer])
    for event in events:
        for rated in rate_event(row, book, as_event(event)):
            if rated.fee.invoiceable:
                _invoice(row, rated, event, actor=actor, at=at)
            else:
                fees.store_alone(
                    [rated], taxes=book.taxes, customer=row.customer, actor=actor, at=at
                )


def as_event(event: UsageEvent) -> Event:
    """Return a stored event as the pure core sees it."""
    return Event(
        at=event.at,
        properties=event.properties,
        transaction_id=event.transaction_id,
        order=event.seq,
        precise_total_amount_cents=event.precise_total_amount_cents,
        code=event.code,
    )


def _invoice(
    row: Subscription, rated: RatedFee, event: UsageEvent, *, actor: Actor, at: datetime
) -> None:
    invoicing = Invoicing(
        customer=row.customer,
        billed_at=at,
        currency=rated.fee.amount_currency,
        lines=(rated,),
        entries=(usage_entry(row, event.at, InvoicingReason.IN_ADVANCE, at),),
        has_grace=False,
        purchase_order_number=row.purchase_order_number,
    )
    issue_invoices([invoicing], actor=actor, at=at)


def usage_entry(
    row: Subscription, moment: datetime, reason: str, at: datetime
) -> InvoiceSubscription:
    """Return the unsaved tie of a subscription to an invoice for usage of the period around `moment`."""
    period = charges_period_at(row, moment)
    return InvoiceSubscription(
        organization_id=row.organization_id,
        subscription=row,
        invoicing_reason=reason,
        billed_at=at,
        period=(period.start, period.end),
        charges_start_at=period.start,
        charges_end_at=period.end,
        created_at=at,
    )


def as_estimated(event: IncomingEvent) -> Event:
    """Return an event that is not stored as the pure core sees it: the last of its moment."""
    return Event(
        at=event.at,
        properties=event.properties,
        transaction_id=event.transaction_id,
        order=2**62,
        precise_total_amount_cents=event.precise_total_amount_cents,
        code=event.code,
    )


def estimated_fees(row: Subscription, event: Event) -> list[RatedFee]:
    """Return the fees that an event would make, without storing anything."""
    book: PlanBook = read_plan_book({row.plan_id}, [row.customer])
    return rate_event(row, book, event)
