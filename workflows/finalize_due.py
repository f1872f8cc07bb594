"""Finalize the drafts whose grace period is over."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db.models import Min

from activity.actors import SYSTEM, Actor
from billing.errors import NotFound
from invoices.models import Invoice
from invoices.operations import failures
from organizations.models import Organization
from workflows.finalize_invoice import finalize_invoice


def finalize_due(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Finalize every draft whose day has come (UTC); return how many. A customer that fails is parked."""
    done = 0
    today = at.astimezone(UTC).date()
    due = Invoice.objects.of(organization).due_for_finalization(today)
    for draft in due.order_by("created_at", "pk"):
        try:
            finalize_invoice(draft, actor=actor, at=at)
        except NotFound:
            continue  # Somebody else has finalized it meanwhile.
        except Exception as error:
            failures.park(draft.customer_id, error, at=at)
        else:
            done += 1
    return done


def next_finalization(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest midnight (UTC) later than `after` at which a draft's grace period is over."""
    later = (
        Invoice.objects.of(organization)
        .drafts()
        .filter(expected_finalization_date__gt=after.astimezone(UTC).date())
    )
    day = later.aggregate(day=Min("expected_finalization_date"))["day"]
    return None if day is None else datetime.combine(day, time(), UTC)
