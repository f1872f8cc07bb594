"""Bill the subscriptions whose billing day has begun."""

from __future__ import annotations

import uuid
from datetime import datetime

from activity.actors import SYSTEM, Actor
from customers.models import Customer
from invoices.models import Invoice
from invoices.operations import failures
from organizations.models import Organization
from subscriptions.models import Subscription
from workflows.bill_customers import bill_customers

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
            made += bill_customers(block, actor=actor, at=at)
            failures.resolve(block, at=at)
        except Exception:
            for customer_id in block:
                made += _bill_alone(customer_id, actor=actor, at=at)
    return made


def _due_customers(organization: Organization, at: datetime) -> list[uuid.UUID]:
    rows = Subscription.objects.of(organization).due(at)
    return sorted(set(rows.values_list("customer_id", flat=True)))


def _bill_alone(customer_id: uuid.UUID, *, actor: Actor, at: datetime) -> list[Invoice]:
    try:
        made = bill_customers([customer_id], actor=actor, at=at)
    except Exception as error:
        failures.park(customer_id, error, at=at)
        return []
    failures.resolve([customer_id], at=at)
    return made
