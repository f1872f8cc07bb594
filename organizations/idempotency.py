"""Answers kept under an Idempotency-Key, so that a repeated request has one effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from organizations.models import IdempotentAnswer, Organization

KEPT_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Claim:
    """A key as this request found it: answered before, or its own to answer."""

    answer: IdempotentAnswer
    is_answered: bool


def claim(organization: Organization, key: str, *, fingerprint: str, at: datetime) -> Claim:
    """Take `key` for this transaction, or return what was answered under it.

    Waits for a transaction that has taken the key and is still under way.
    """
    rows = IdempotentAnswer.objects.of(organization).filter(key=key)
    fresh = IdempotentAnswer(
        organization=organization, key=key, fingerprint=fingerprint, created_at=at
    )
    IdempotentAnswer.objects.bulk_create([fresh], ignore_conflicts=True)
    found = rows.get()
    return Claim(found, is_answered=found.status > 0)


def keep(claimed: Claim, *, status: int, body: str, content_type: str) -> None:
    """Store the answer to the request that claimed its key."""
    IdempotentAnswer.objects.filter(pk=claimed.answer.pk).update(
        status=status, body=body, content_type=content_type[:100]
    )


@transaction.atomic
def forget_old_answers(organization: Organization, *, at: datetime) -> int:
    """Drop answers older than two days and return how many there were."""
    old = IdempotentAnswer.objects.of(organization).filter(
        created_at__lt=at - KEPT_FOR, status__gt=0
    )
    return old.delete()[0]
