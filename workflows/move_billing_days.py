"""Find the billing days anew after a customer has moved to another timezone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from activity.actors import Actor
from billing.periods import BilledTo, local_day, midnight, next_billing_day_after
from customers.models import Customer
from invoices.rating.facts import billed_to_of
from subscriptions.models import Subscription
from subscriptions.terms import terms_of
from workflows.bill_due import bill_due

A_DAY = timedelta(days=1)


def bill_before_move(customers: Collection[Customer], *, actor: Actor, at: datetime) -> None:
    """Bill what is due while the days are still those of the old timezone.

    A customer whose billing fails is parked with the reason, as in a billing run; its due days move along.
    """
    due = Subscription.objects.due(at).filter(customer__in=[customer.pk for customer in customers])
    waiting = set(due.values_list("customer_id", flat=True))
    for customer in customers:
        if customer.pk in waiting:
            bill_due(customer.organization, customer=customer, actor=actor, at=at)


@transaction.atomic
def move_billing_days(customers: Collection[Customer], *, at: datetime) -> int:
    """Give the running subscriptions their next billing day in the timezone that applies now; return how many.

    A day that comes again, and whose period has been billed, is not billed again. The customers are locked by
    the caller.
    """
    by_id = {customer.pk: customer for customer in customers}
    rows = list(
        Subscription.objects.active().filter(customer__in=by_id).select_related("plan").locked()
    )
    billed_to = billed_to_of({row.pk for row in rows})
    for row in rows:
        row.customer = by_id[row.customer_id]
        row.next_billing_at = _next_billing_at(row, billed_to.get(row.pk, BilledTo()), at)
        row.updated_at = at
    Subscription.objects.bulk_update(rows, ["next_billing_at", "updated_at"])
    return len(rows)


def _next_billing_at(row: Subscription, billed_to: BilledTo, at: datetime) -> datetime | None:
    """Today may be a billing day in the new timezone, and so may a day that could not be billed before."""
    terms = terms_of(row)
    since = min(at, row.next_billing_at or at)
    day = next_billing_day_after(terms, local_day(since, terms.zone) - A_DAY, billed_to)
    return None if day is None else midnight(day, terms.zone)
