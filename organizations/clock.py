"""The only place that reads the time. Interfaces ask it; everything below is told `at`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from organizations.models import Organization


def now(organization: Organization | None = None) -> datetime:
    """Return the moment it is in `organization`: its own in a sandbox, else the real one.

    A sandbox whose clock has never been set lives in real time. Without an organization: the real time.
    """
    if organization is not None and organization.is_sandbox and organization.sandbox_now:
        return organization.sandbox_now
    return timezone.now()
