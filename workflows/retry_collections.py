"""Ask providers again that did not answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from organizations.models import Organization
from payments.lifecycle import PaymentState, RefundState
from payments.models import Payment, Refund
from workflows.send_payment import send_payment
from workflows.send_refund import send_refund


def retry_collections(organization: Organization, *, at: datetime) -> int:
    """Send each payment and refund again whose next try is due at `at`; return how many."""
    payments = list(_payments(organization).filter(next_attempt_at__lte=at).order_by("pk"))
    refunds = list(_refunds(organization).filter(next_attempt_at__lte=at).order_by("pk"))
    for payment in payments:
        send_payment(payment, at=at)
    for refund in refunds:
        send_refund(refund, at=at)
    return len(payments) + len(refunds)


def next_collection(organization: Organization, after: datetime) -> datetime | None:
    """Return the first moment later than `after` at which a try is due, or None."""
    firsts = (
        rows.order_by("next_attempt_at").values_list("next_attempt_at", flat=True)[:1]
        for rows in (_payments(organization), _refunds(organization))
    )
    first = min(chain(*firsts), default=None)
    return first and max(first, after + timedelta(microseconds=1))


def _payments(organization: Organization):  # type: ignore[no-untyped-def]
    return Payment.objects.of(organization).filter(
        status=PaymentState.PENDING, next_attempt_at__isnull=False
    )


def _refunds(organization: Organization):  # type: ignore[no-untyped-def]
    return Refund.objects.of(organization).filter(
        status=RefundState.PENDING, next_attempt_at__isnull=False
    )
