"""Do what requests have left to be done: stale drafts and stale balances."""

from __future__ import annotations

from datetime import datetime

from activity.actors import SYSTEM, Actor
from organizations.models import Organization
from workflows.refresh_balances import refresh_balances
from workflows.refresh_drafts import refresh_drafts


def settle(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> None:
    """Refresh the flagged drafts, then the ongoing balances, which count drafts.

    The worker does it every five minutes; in a sandbox it has been done before the answer to each request.
    """
    refresh_drafts(organization, at=at, actor=actor)
    refresh_balances(organization, at=at, actor=actor)
