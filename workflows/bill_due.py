"""Bill the subscriptions whose billing day has begun."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from activity.actors import SYSTEM, Actor
from billing.periods import Reason
from customers.models import Customer
from invoices.models import Invoice
from invoices.operations import failures
from invoices.operations.locking import lock_customers
from invoices.rating import Occasion
from organizations.models import Organization
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from subscriptions.terms import pays_at_start
from workflows.issue_invoices import Invoicing, issue_invoices
from workflows.regroup_fees import regroup_fees

BLOCK = 100
"""Customers in one transaction."""


def bill_due(
    organization: Organization,
    *,
    at: datetime,
    actor: Actor = SYSTEM,
    customer: Customer | None = None,
) -> list[Invoice]:
    """Bill everything that is due at `at`, of one customer if it is given, and return the invoices.

    Customers are billed in blocks, a transaction each; a block that fails is done again customer by customer, and
    only the customer that fails is parked with the reason. Safe to run twice, at once, or to be killed: what is
    written moves the next billing day on, and the database refuses to bill a period twice.
    """
    made: list[Invoice] = []
    waiting = _due_customers(organization, at) if customer is None else [customer.pk]
    for start in range(0, len(waiting), BLOCK):
        block = waiting[start : start + BLOCK]
        try:
            made += _bill_customers(block, actor=actor, at=at)
        except Exception:
            for customer_id in block:
                made += _bill_alone(customer_id, actor=actor, at=at)
    return made


def _due_customers(organization: Organization, at: datetime) -> list[uuid.UUID]:
    rows = Subscription.objects.of(organization).due(at)
    return sorted(set(rows.values_list("customer_id", flat=True)))


def _bill_alone(customer_id: uuid.UUID, *, actor: Actor, at: datetime) -> list[Invoice]:
    try:
        made = _bill_customers([customer_id], actor=actor, at=at)
    except Exception as error:
        failures.park(customer_id, error, at=at)
        return []
    failures.resolve(customer_id, at=at)
    return made


@transaction.atomic
def _bill_customers(
    customer_ids: Sequence[uuid.UUID], *, actor: Actor, at: datetime
) -> list[Invoice]:
    """Bill all that is due of these customers, billing day by billing day."""
    lock_customers(set(customer_ids))
    made: list[Invoice] = []
    while due := _due(customer_ids, at):
        waiting = _waiting(due)
        invoicings = [_invoicing(group, waiting, actor=actor, at=at) for group in _groups(due)]
        made += issue_invoices(invoicings, actor=actor, at=at)
        made += regroup_fees(due, actor=actor, at=at)
        subscriptions.note_billed([s for s in due if s.is_active], at=at)
    return made


def _due(customer_ids: Sequence[uuid.UUID], at: datetime) -> list[Subscription]:
    rows = (
        Subscription.objects.filter(customer_id__in=customer_ids)
        .due(at)
        .select_related("plan", "customer__organization")
        .locked()
    )
    return list(rows)


Successors = dict[uuid.UUID | None, Subscription]
"""The plans that wait for a change, by the subscription they follow."""


def _waiting(due: Sequence[Subscription]) -> Successors:
    rows = (
        Subscription.objects.filter(previous_subscription__in=due, status=Status.PENDING)
        .select_related("plan", "customer__organization")
        .locked()
    )
    return {row.previous_subscription_id: row for row in rows}


Group = list[Subscription]


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


def _invoicing(group: Group, waiting: Successors, *, actor: Actor, at: datetime) -> Invoicing:
    """An invoice is billed at the moment of the run, or on its own day if that has passed."""
    first = group[0]
    assert first.next_billing_at is not None
    is_today = first.customer.local_date(at) == _day(first)
    billed_at = at if is_today else first.next_billing_at
    occasions: list[Occasion] = []
    for row in group:
        occasions += _occasions(row, waiting.get(row.pk), billed_at, actor=actor, at=at)
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
    waiting: Subscription | None,
    billed_at: datetime,
    *,
    actor: Actor,
    at: datetime,
) -> list[Occasion]:
    """A subscription's period; or, when another plan waits, the last of the old and the first of the new."""
    if waiting is None:
        return [Occasion(row, Reason.PERIODIC, billed_at)]
    switched_at = row.next_billing_at
    assert switched_at is not None
    subscriptions.terminate(row, terminated_at=switched_at, actor=actor, at=at)
    subscriptions.activate(waiting, started_at=switched_at, actor=actor, at=at)
    occasions = [Occasion(row, Reason.DOWNGRADE, billed_at)]
    if pays_at_start(waiting, billed_at):
        occasions.append(Occasion(waiting, Reason.STARTING, billed_at))
    return occasions
