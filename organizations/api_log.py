"""The log of the API: what was asked, how it was answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from organizations.models import LoggedRequest, Organization
from persistence.saving import save_valid

KEPT_FOR = timedelta(days=7)
LONGEST_PATH = 1000
LONGEST_ANSWER = 4000


@transaction.atomic
def log_request(
    organization: Organization,
    *,
    api_key_id: UUID,
    request_id: str,
    method: str,
    path: str,
    status: int,
    duration_ms: int,
    answer: str,
    at: datetime,
) -> LoggedRequest:
    """Store how a request was answered; long paths and answers are cut."""
    return save_valid(
        LoggedRequest(
            organization=organization,
            api_key_id=api_key_id,
            request_id=request_id,
            method=method[:10],
            path=path[:LONGEST_PATH],
            status=status,
            duration_ms=duration_ms,
            answer=answer[:LONGEST_ANSWER].replace("\x00", ""),
            at=at,
        )
    )


@transaction.atomic
def forget_old_requests(organization: Organization, *, at: datetime) -> int:
    """Drop what is older than a week and return how much that was."""
    old = LoggedRequest.objects.of(organization).filter(at__lt=at - KEPT_FOR)
    return old.delete()[0]
