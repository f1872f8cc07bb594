"""Mark the invoices whose due date has passed."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from activity.actors import SYSTEM
from invoices.models import Invoice
from invoices.operations import paying
from invoices.operations.locking import lock_customers
from organizations.models import Organization

BLOCK = 500


def mark_overdue(organization: Organization, *, at: datetime) -> int:
    """Mark each final, unpaid, undisputed invoice that was due before the day of `at` (UTC); return how many.

    Works in blocks of 500, a transaction each, so that a payment waits for one block at most.
    """
    due = Invoice.objects.of(organization).becoming_overdue(at.astimezone(UTC).date())
    rows = due.order_by("customer_id", "pk").values_list("pk", flat=True)
    count = 0
    while ids := list(rows[:BLOCK]):
        count += _mark(ids, at)
    return count


@transaction.atomic
def _mark(ids: list[uuid.UUID], at: datetime) -> int:
    found = Invoice.objects.filter(pk__in=ids)
    lock_customers(set(found.values_list("customer_id", flat=True)))
    # Read again behind the locks: one may have been paid or voided meanwhile.
    invoices = list(found.becoming_overdue(at.astimezone(UTC).date()).locked())
    paying.mark_overdue(invoices, actor=SYSTEM, at=at)
    return len(invoices)


def next_overdue(organization: Organization, after: datetime) -> datetime | None:
    """Return the first moment later than `after` at which an invoice becomes overdue, or None.

    That is midnight (UTC) after its due date; for one that is past it already, at once.
    """
    due_on = (
        Invoice.objects.of(organization)
        .becoming_overdue(date.max)
        .order_by("payment_due_date")
        .values_list("payment_due_date", flat=True)
        .first()
    )
    if due_on is None:
        return None
    midnight = datetime.combine(due_on + timedelta(days=1), time(), UTC)
    return max(midnight, after + timedelta(microseconds=1))
