"""The worker runs what falls due, for organizations in real time, also after it was killed."""

from __future__ import annotations

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


def queued() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


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
def test_a_worker_takes_up_what_a_killed_one_left_half_done() -> None:
    app.perform_import_paths()
    app.tasks["schedule.bill"].defer(timestamp=0, name="bill")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    app.tasks["schedule.take_up_stalled"].defer(timestamp=0)
    assert queued() == [("schedule.bill", "doing"), ("schedule.take_up_stalled", "todo")]

    call_command("worker", "--once")  # queues it once more, and may end before it sees that
    call_command("worker", "--once")

    assert queued() == []
