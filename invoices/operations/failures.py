"""Customers whom a billing run had to leave out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from billing.errors import DomainError
from customers.models import Customer
from invoices.models import BillingFailure

log = structlog.get_logger()


@transaction.atomic
def park(customer_id: uuid.UUID, error: Exception, *, at: datetime) -> BillingFailure:
    """Note that a customer could not be billed, and why; the next run tries again."""
    code = error.code if isinstance(error, DomainError) else type(error).__name__
    message = error.message if isinstance(error, DomainError) else str(error)
    log.error("billing.parked", customer_id=str(customer_id), code=code, exc_info=error)
    customer = Customer.objects.get(pk=customer_id)
    failure, is_new = BillingFailure.objects.get_or_create(
        customer=customer,
        resolved_at=None,
        defaults={
            "organization_id": customer.organization_id,
            "code": code[:100],
            "message": message,
            "created_at": at,
            "last_failed_at": at,
        },
    )
    if not is_new:
        BillingFailure.objects.filter(pk=failure.pk).update(
            attempts=F("attempts") + 1, last_failed_at=at, code=code[:100], message=message
        )
    return failure


def resolve(customer_ids: Sequence[uuid.UUID], *, at: datetime) -> None:
    """Note that customers have been billed after all."""
    waiting = BillingFailure.objects.filter(customer_id__in=customer_ids, resolved_at=None)
    waiting.update(resolved_at=at)
