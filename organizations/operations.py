"""Changes of what is remembered of visits: attempts to sign in, forms that were sent."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from organizations.models import Operator, Organization, SentForm, SignInThrottle
from persistence.saving import save_valid

FREE = {"account": 5, "address": 20}
"""Failures that cost no waiting."""
LONGEST = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
TOKENS_KEPT = timedelta(days=2)


def keys_of(email: str, address: str) -> list[str]:
    """Return the keys under which an attempt counts; the e-mail address itself is not stored."""
    digest = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    return [f"account:{digest}", f"address:{address[:60]}"]


def delay(kind: str, failures: int) -> timedelta:
    """Return how long to wait after that many failures: nothing, then 1 s, 2 s, 4 s … 15 min."""
    beyond = failures - FREE[kind]
    return min(timedelta(seconds=2 ** min(beyond - 1, 20)), LONGEST) if beyond > 0 else timedelta()


@transaction.atomic
def admit(keys: list[str], *, at: datetime) -> int:
    """Count an attempt before its password is looked at; return the seconds to wait, 0 if it may go on.

    Counting first means that many attempts at once are counted like many in a row.
    """
    SignInThrottle.objects.bulk_create(
        [SignInThrottle(key=key, last_at=at) for key in keys], ignore_conflicts=True
    )
    rows = list(SignInThrottle.objects.filter(key__in=keys).order_by("key").select_for_update())
    ends = [row.blocked_until_at for row in rows if row.blocked_until_at]
    if ends and max(ends) > at:
        return math.ceil((max(ends) - at).total_seconds())
    for row in rows:
        row.failures = 1 if at - row.last_at > FORGOTTEN_AFTER else row.failures + 1
        row.last_at = at
        waiting = delay(row.key.partition(":")[0], row.failures)
        row.blocked_until_at = at + waiting if waiting else None
        save_valid(row, update_fields=["failures", "last_at", "blocked_until_at"])
    return 0


@transaction.atomic
def forgive(keys: list[str]) -> None:
    """Forget an account's failures after its right password; the address keeps all but this one."""
    for row in SignInThrottle.objects.filter(key__in=keys).order_by("key").select_for_update():
        if row.key.startswith("account:"):
            row.delete()
        else:
            row.failures = max(row.failures - 1, 0)
            row.blocked_until_at = None
            save_valid(row, update_fields=["failures", "blocked_until_at"])


def lock_token(token: UUID) -> str:
    """Wait until no other request carries out this form; return where its answer led, if it has one.

    Holds until the end of the transaction.
    """
    number = int.from_bytes(token.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
    found = SentForm.objects.filter(pk=token).first()
    return found.location if found else ""


@transaction.atomic
def remember_sent(
    token: UUID, *, organization: Organization, operator: Operator, location: str, at: datetime
) -> SentForm:
    """Store that the form of this token was carried out, and drop what is too old to be pressed again.

    `at` is real time, also in a sandbox, whose clock may jump.
    """
    SentForm.objects.of(organization).filter(created_at__lt=at - TOKENS_KEPT).delete()
    return save_valid(
        SentForm(
            token=token,
            organization=organization,
            operator=operator,
            location=location[:2000],
            created_at=at,
        )
    )
