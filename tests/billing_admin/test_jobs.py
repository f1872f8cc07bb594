"""The worker runs what falls due, for organizations in real time, also after it was killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app

from billing_admin import jobs
from organizations.models import Organization
from tests.factories import OrganizationFactory
from workflows.schedule import JOBS, Job

LONG_AGO = datetime(2013, 2, 20, 17, tzinfo=UTC)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Organization, datetime]]:
    """What the job `probe` was run for, and when."""
    seen: list[tuple[Organization, datetime]] = []

    def run(organization: Organization, at: datetime) -> None:
        if organization.name == "Broken":
            raise ValueError("broken on purpose")
        seen.append((organization, at))

    probe = Job("probe", 5, lambda organization, after: None, run)
    monkeypatch.setitem(jobs.JOBS_BY_NAME, "probe", probe)
    return seen


def run_workers(*, until_done: set[int]) -> None:
    """Run one worker after another until these jobs are done, five at the most.

    One may end before it sees what it queued itself. They run in a thread, since the browser tests leave an event loop
    in the main one; its own threads keep their sessions, which would keep the test database from being dropped.
    """
    with ThreadPoolExecutor(1) as thread:
        for _ in range(5):
            thread.submit(call_command, "worker", "--once").result()
            if not until_done & set(queued()):
                break
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def empty_queue(db: None) -> None:
    """Take away what a worker of an earlier test has queued: its tables are not emptied with the others."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def queued() -> dict[int, str]:
    """Give the state of each job that is not done, by its id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs")
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_each_entry_of_the_table_is_on_the_calendar() -> None:
    app.perform_import_paths()

    calendar = app.periodic_registry.periodic_tasks
    crons = {entry.periodic_id: entry.cron for entry in calendar.values() if entry.periodic_id}
    assert crons == {job.name: jobs.cron_of(job) for job in JOBS}
    assert (crons["bill"], crons["activate"]) == ("10 * * * *", "*/5 * * * *")


@pytest.mark.django_db
def test_a_sandbox_with_its_own_clock_is_left_to_its_clock(
    ran: list[tuple[Organization, datetime]],
) -> None:
    real = OrganizationFactory(is_sandbox=False)
    unset = OrganizationFactory(is_sandbox=True, sandbox_now=None)
    OrganizationFactory(is_sandbox=True, sandbox_now=LONG_AGO)

    jobs.run_scheduled(0, "probe")

    assert {organization for organization, _ in ran} == {real, unset}
    assert all(datetime.now(UTC) - at < timedelta(minutes=1) for _, at in ran)


@pytest.mark.django_db
def test_one_organization_that_fails_does_not_hold_the_others_up(
    ran: list[tuple[Organization, datetime]],
) -> None:
    OrganizationFactory(name="Broken", is_sandbox=False)
    sound = OrganizationFactory(is_sandbox=False)

    with pytest.raises(jobs.SomeOrganizationsFailed, match="probe: 1"):
        jobs.run_scheduled(0, "probe")

    assert [organization for organization, _ in ran] == [sound]


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_up_what_a_killed_one_left_half_done(
    empty_queue: None,
) -> None:
    app.perform_import_paths()
    left = app.tasks["schedule.bill"].defer(timestamp=0, name="bill")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    care = app.tasks["schedule.take_up_stalled"].defer(timestamp=0)
    assert queued() == {left: "doing", care: "todo"}

    run_workers(until_done={left, care})

    assert {left, care} & set(queued()) == set()


@pytest.mark.django_db(transaction=True)
def test_a_job_left_half_done_makes_room_for_the_one_that_is_queued_behind_it(
    empty_queue: None,
) -> None:
    app.perform_import_paths()
    left = app.tasks["schedule.bill"].defer(timestamp=0, name="bill")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    behind = app.tasks["schedule.bill"].defer(timestamp=1, name="bill")
    care = app.tasks["schedule.take_up_stalled"].defer(timestamp=0)
    assert queued() == {left: "doing", behind: "todo", care: "todo"}

    run_workers(until_done={left, behind, care})

    assert {left, behind, care} & set(queued()) == set()
