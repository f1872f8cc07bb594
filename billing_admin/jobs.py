"""Put the table of workflows/schedule.py on the worker's calendar.

The worker imports this module (PROCRASTINATE_IMPORT_PATHS). Each entry of the table becomes one job that
goes through the organizations that live in real time; a sandbox with a clock of its own runs the same
table when its clock is moved.
"""

from __future__ import annotations

import structlog
from django.core.management import call_command
from django.db.models import Q
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from organizations import clock
from organizations.models import Organization
from workflows.roll_up_usage import roll_up_usage
from workflows.schedule import JOBS, Job

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "17 3 * * *"
EVERY_5_SECONDS = "* * * * * */5"
JOBS_BY_NAME = {job.name: job for job in JOBS}

log = structlog.get_logger(__name__)


class SomeOrganizationsFailed(RuntimeError):
    """A scheduled job failed for some organizations; the log says which and why."""


def cron_of(job: Job) -> str:
    """Say in cron's words when a job runs."""
    return "*/5 * * * *" if job.minute is None else f"{job.minute} * * * *"


def run_scheduled(timestamp: int, name: str) -> None:
    """Run a job for each organization in real time; one that fails does not hold the others up."""
    failed = 0
    real_time = Organization.objects.exclude(Q(is_sandbox=True, sandbox_now__isnull=False))
    for organization in real_time.order_by("pk"):
        try:
            JOBS_BY_NAME[name].run(organization, clock.now(organization))
        except Exception:
            failed += 1
            log.exception("scheduled job failed", job=name, organization=str(organization.pk))
    if failed:
        raise SomeOrganizationsFailed(f"{name}: {failed}")


async def take_up_stalled(context: JobContext, timestamp: int) -> None:
    """Queue once more what a killed worker left half done; each job may be run twice.

    Where the next one is queued already, that one does it: the stalled one must go, for it holds the lock.
    """
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs():
        log.warning("job taken up again", job=stalled.task_name)
        try:
            await manager.retry_job(stalled)
        except UniqueViolation:
            await manager.finish_job(stalled, Status.ABORTED, delete_job=True)


# One after the other, in whatever worker: the lock. No second one queued behind it: the queueing lock.
for each in JOBS:
    task = app.task(name=f"schedule.{each.name}", lock="schedule", queueing_lock=each.name)
    scheduled = task(run_scheduled)
    app.periodic(cron=cron_of(each), periodic_id=each.name, task_kwargs={"name": each.name})(
        scheduled
    )


def roll_up(timestamp: int) -> None:
    """Sum up new events and do what follows from them."""
    roll_up_usage(at=clock.now())


app.periodic(cron=EVERY_5_SECONDS)(
    app.task(name="usage.roll_up", lock="usage", queueing_lock="roll_up_usage")(roll_up)
)


def forget_sessions(timestamp: int) -> None:
    """Remove the sessions that are over."""
    call_command("clearsessions")


app.periodic(cron=EVERY_NIGHT)(
    app.task(name="schedule.forget_sessions", queueing_lock="forget_sessions")(forget_sessions)
)
app.periodic(cron=EVERY_MINUTE)(
    app.task(name="schedule.take_up_stalled", queueing_lock="take_up_stalled", pass_context=True)(
        take_up_stalled
    )
)
