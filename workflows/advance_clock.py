"""Move the clock of a sandbox forward, running every job that falls due on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotFound
from organizations.models import Organization
from persistence.locking import session_lock
from persistence.saving import save_valid
from workflows import schedule

Progress = Callable[[datetime], None]


def advance_clock(
    organization: Organization,
    *,
    to: datetime,
    actor: Actor,
    progress: Progress | None = None,
) -> Organization:
    """Set a sandbox's time to `to` and return the organization.

    A fresh sandbox may be set to any moment once; afterwards its clock never goes back: Invalid
    (``now: [value_is_invalid]``). Jobs run in the order of time, each with its due moment as `at`, and all once
    more at the target. `progress` hears of each moment reached. Every job commits by itself: a move that is
    interrupted goes on from the moment it reached. Raises NotFound for an organization that is no sandbox.
    """
    if not organization.is_sandbox:
        raise NotFound("sandbox")
    with session_lock(f"clock {organization.pk}"):
        organization = Organization.objects.get(pk=organization.pk)
        start = organization.sandbox_now
        if start is not None and to < start:
            raise Invalid({"now": ["value_is_invalid"]}, "The clock of a sandbox never goes back.")
        if start is not None:
            _run_until(organization, start=start, to=to, progress=progress)
        _set(organization, to)
        schedule.run_all(organization, at=to)
        journal.record(
            organization,
            "sandbox_clock.moved",
            actor=actor,
            at=to,
            before={"now": start},
            after={"now": to},
        )
    return organization


def _run_until(
    organization: Organization, *, start: datetime, to: datetime, progress: Progress | None
) -> None:
    """Jump from due moment to due moment up to `to`."""
    reached = {job.name: start for job in schedule.JOBS}
    while due := schedule.next_due(organization, after=reached, until=to):
        moment, job = due
        _set(organization, moment)
        job.run(organization, moment)
        reached[job.name] = moment
        if progress:
            progress(moment)


@transaction.atomic
def _set(organization: Organization, moment: datetime) -> None:
    if organization.sandbox_now != moment:
        organization.sandbox_now = moment
        save_valid(organization, update_fields=["sandbox_now"])
