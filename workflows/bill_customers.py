"""Bill what is due of some customers, all together or not at all."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from activity.actors import Actor
from billing.periods import MILLISECOND, Reason, local_day, midnight, subscription_cycle
from invoices.models import Invoice
from invoices.operations.locking import lock_customers
from invoices.rating import Occasion
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from subscriptions.terms import pays_at_start, terms_of
from workflows.issue_invoices import Invoicing, issue_invoices
from workflows.regroup_fees import regroup_fees

LATE_END = timedelta(hours=24)
"""How long after a period's end a termination still bills that period instead of the new one."""


@transaction.atomic
def bill_customers(
    customer_ids: Collection[uuid.UUID],
    *,
    actor: Actor,
    at: datetime,
    until: datetime | None = None,
) -> list[Invoice]:
    """Bill all that is due of these customers, billing day by billing day, and return the invoices.

    `until` leaves out the billing days that begin after it; they are for whoever calls to settle.
    """
    lock_customers(set(customer_ids))
    made: list[Invoice] = []
    while due := _due(customer_ids, until or at):
        successors = _successors(due)
        invoicings = []
        for group in _groups(due):
            invoicings.append(_invoicing(group, successors, actor=actor, at=at))
        made += issue_invoices(invoicings, actor=actor, at=at)
        made += regroup_fees(due, actor=actor, at=at)
        subscriptions.note_billed([s for s in due if s.is_active], at=at)
    return made


def _due(customer_ids: Collection[uuid.UUID], at: datetime) -> list[Subscription]:
    rows = (
        Subscription.objects.filter(customer_id__in=customer_ids)
        .due(at)
        .select_related("plan", "customer__organization")
        .locked()
    )
    return list(rows)


Group = list[Subscription]
Successors = dict[uuid.UUID, Subscription]


def _successors(due: Iterable[Subscription]) -> Successors:
    """The pending subscriptions that are to follow, locked, by the key of the one they follow."""
    rows = (
        Subscription.objects.filter(previous_subscription__in=due, status=Status.PENDING)
        .select_related("plan", "customer__organization")
        .locked()
    )
    return {row.previous_subscription_id: row for row in rows if row.previous_subscription_id}


def _groups(due: Iterable[Subscription]) -> list[Group]:
    """Put together what goes on one invoice: a customer, a day, a currency, a purchase order."""
    groups: dict[tuple[object, ...], Group] = defaultdict(list)
    for row in due:
        own = None if row.consolidate_invoice else row.pk
        key = (
            row.customer_id,
            _day(row),
            row.plan.amount_currency,
            row.purchase_order_number,
            own,
        )
        groups[key].append(row)
    return list(groups.values())


def _day(row: Subscription) -> date:
    assert row.next_billing_at is not None
    return row.customer.local_date(row.next_billing_at)


def _invoicing(group: Group, successors: Successors, *, actor: Actor, at: datetime) -> Invoicing:
    """An invoice is billed at the moment of the run, or on its own day if that has passed."""
    first = group[0]
    assert first.next_billing_at is not None
    is_today = first.customer.local_date(at) == _day(first)
    billed_at = at if is_today else first.next_billing_at
    occasions: list[Occasion] = []
    for row in group:
        occasions += _occasions(row, billed_at, successors.get(row.pk), actor=actor, at=at)
    return Invoicing(
        customer=first.customer,
        billed_at=billed_at,
        currency=first.plan.amount_currency,
        occasions=tuple(occasions),
        is_recurring=True,
        purchase_order_number=first.purchase_order_number,
    )


def _occasions(
    row: Subscription,
    billed_at: datetime,
    waiting: Subscription | None,
    *,
    actor: Actor,
    at: datetime,
) -> list[Occasion]:
    """A subscription's period; or, when another plan waits, the last of the old and the first of the new.

    The other plan waits for the end of the subscription's own period, through the months of a longer one that are
    billed for their charges.
    """
    switched_at = row.next_billing_at
    assert switched_at is not None
    terms = terms_of(row)
    ends_period = subscription_cycle(terms).is_start(local_day(switched_at, terms.zone))
    if waiting is None or not ends_period:
        return [Occasion(row, Reason.PERIODIC, billed_at)]
    subscriptions.terminate(row, terminated_at=switched_at, actor=actor, at=at)
    subscriptions.activate(waiting, started_at=switched_at, actor=actor, at=at)
    occasions = [Occasion(row, Reason.DOWNGRADE, billed_at)]
    if pays_at_start(waiting, billed_at):
        occasions.append(Occasion(waiting, Reason.STARTING, billed_at))
    return occasions


def bill_before_end(subscription: Subscription, *, actor: Actor, at: datetime) -> Subscription:
    """Bill the periods that are over before a subscription ends, and return the one that runs then, locked.

    A period that was over less than 24 hours ago is left to the terminating invoice, which bills it whole. Where
    a change of plan was due, it is the plan that has taken over that ends. The customer is locked by the caller.
    """
    terms = terms_of(subscription)
    began_at = midnight(subscription_cycle(terms).start_on(local_day(at, terms.zone)), terms.zone)
    is_late = at - began_at < LATE_END
    until = began_at - MILLISECOND if is_late else at
    due_at = subscription.next_billing_at
    if due_at is None or due_at > until:
        return subscription
    bill_customers([subscription.customer_id], actor=actor, at=at, until=until)
    return running_with(subscription)


def running_with(subscription: Subscription) -> Subscription:
    """Return the running subscription of the same customer and external id, or this one as it is now; locked."""
    rows = Subscription.objects.filter(
        customer_id=subscription.customer_id, external_id=subscription.external_id
    ).select_related("plan", "customer__organization")
    running = rows.active().locked().first()
    return running or rows.locked().get(pk=subscription.pk)
