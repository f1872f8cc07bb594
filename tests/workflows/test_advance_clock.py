"""The clock of a sandbox."""

from datetime import UTC, datetime

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry
from billing.errors import Invalid, NotFound
from tests.factories import OrganizationFactory
from workflows import schedule
from workflows.advance_clock import advance_clock

pytestmark = pytest.mark.django_db
MAY = datetime(2024, 5, 1, tzinfo=UTC)
JUNE = datetime(2024, 6, 1, tzinfo=UTC)


def test_a_fresh_sandbox_may_be_set_to_any_moment():
    sandbox = OrganizationFactory(is_sandbox=True)

    advance_clock(sandbox, to=MAY, actor=COMMAND)

    sandbox.refresh_from_db()
    assert sandbox.sandbox_now == MAY
    assert JournalEntry.objects.filter(action="sandbox_clock.moved").count() == 1


def test_the_clock_never_goes_back():
    sandbox = OrganizationFactory(is_sandbox=True, sandbox_now=JUNE)

    with pytest.raises(Invalid) as refusal:
        advance_clock(sandbox, to=MAY, actor=COMMAND)

    assert refusal.value.errors == {"now": ["value_is_invalid"]}
    sandbox.refresh_from_db()
    assert sandbox.sandbox_now == JUNE


def test_a_production_organization_has_no_clock_of_its_own():
    with pytest.raises(NotFound):
        advance_clock(OrganizationFactory(), to=MAY, actor=COMMAND)


def test_jobs_run_at_their_due_moments_and_once_more_at_the_target(monkeypatch):
    ran = []
    works = [datetime(2024, 5, 3, 4, 0, tzinfo=UTC), datetime(2024, 5, 9, 0, 11, tzinfo=UTC)]
    job = schedule.Job(
        "bill",
        10,
        lambda organization, after: min((w for w in works if w > after), default=None),
        lambda organization, at: ran.append(at),
    )
    monkeypatch.setattr(schedule, "JOBS", (job,))

    advance_clock(OrganizationFactory(is_sandbox=True, sandbox_now=MAY), to=JUNE, actor=COMMAND)

    assert ran == [
        datetime(2024, 5, 3, 4, 10, tzinfo=UTC),
        datetime(2024, 5, 9, 1, 10, tzinfo=UTC),
        JUNE,
    ]
