"""The one table of what runs when; it feeds the worker and the clock of a sandbox.

Source: docs/billing-policy.md, "Clock". Jobs stand in the order in which they run when they are due together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from organizations.models import Organization


@dataclass(frozen=True)
class Job:
    """Something that runs by the clock, for one organization.

    `minute` is the minute of each hour, or None for every five minutes. `next_work(organization, after)` returns
    the earliest moment later than `after` at which the job will have something to do, or None. `run(organization,
    at)` does what is due at `at`, in transactions of its own, and may be run twice.
    """

    name: str
    minute: int | None
    next_work: Callable[[Organization, datetime], datetime | None]
    run: Callable[[Organization, datetime], None]

    def slot(self, moment: datetime) -> datetime:
        """Return the first scheduled moment at or after `moment`."""
        if self.minute is None:
            step, offset = timedelta(minutes=5), timedelta(0)
        else:
            step, offset = timedelta(hours=1), timedelta(minutes=self.minute)
        floor = moment.replace(minute=0, second=0, microsecond=0) + offset
        while floor >= moment + step:
            floor -= step
        while floor < moment:
            floor += step
        return floor


JOBS: tuple[Job, ...] = ()


def next_due(
    organization: Organization, *, after: dict[str, datetime], until: datetime
) -> tuple[datetime, Job] | None:
    """Return the next scheduled moment up to `until` at which a job has work, and that job.

    `after` tells for each job's name the moment up to which it has run.
    """
    due = [
        (job.slot(work), order, job)
        for order, job in enumerate(JOBS)
        if (work := job.next_work(organization, after[job.name])) is not None and work <= until
    ]
    if not due:
        return None
    moment, _, job = min(due, key=lambda row: row[:2])
    return (moment, job) if moment <= until else None


def run_all(organization: Organization, *, at: datetime) -> None:
    """Run every job once at `at`, in their order."""
    for job in JOBS:
        job.run(organization, at)
