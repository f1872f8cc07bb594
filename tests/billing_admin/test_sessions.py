"""A session gets a new key at sign-in, and ends when nobody uses it or a day's work is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client

from billing_admin import sessions
from billing_admin.sessions import SessionStore
from tests.factories import OperatorFactory

pytestmark = pytest.mark.django_db

MORNING = datetime.now(UTC).replace(microsecond=0)


class Clock:
    """Real time, at the moment that a test says."""

    def __init__(self) -> None:
        self.moment = MORNING

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sessions, "clock", clock)
    return clock


@pytest.fixture
def visitor(clock: Clock) -> Client:
    """A visitor who has signed in this morning."""
    client = Client()
    client.force_login(OperatorFactory())
    return client


def is_signed_in(visitor: Client) -> bool:
    """Load the session as a request does, and write it as a request does."""
    session = SessionStore(visitor.cookies["session"].value)
    found = SESSION_KEY in session
    if session.modified and not session.is_empty():
        session.save()
    return found


def test_work_goes_on_while_the_session_is_used(visitor: Client, clock: Clock) -> None:
    for hour in range(1, 12):
        clock.moment = MORNING + timedelta(hours=hour)
        assert is_signed_in(visitor)


def test_a_session_that_nobody_uses_ends(visitor: Client, clock: Clock) -> None:
    clock.moment = MORNING + timedelta(hours=2) - timedelta(seconds=1)
    assert is_signed_in(visitor)

    clock.moment += timedelta(hours=2)

    assert not is_signed_in(visitor)
    assert not Session.objects.exists()


def test_a_session_ends_after_a_days_work_however_much_it_is_used(
    visitor: Client, clock: Clock
) -> None:
    for hour in range(1, 12):
        clock.moment = MORNING + timedelta(hours=hour)
        is_signed_in(visitor)

    clock.moment = MORNING + timedelta(hours=12)

    assert not is_signed_in(visitor)
    assert not Session.objects.exists()


def test_each_sign_in_takes_a_new_key_and_begins_to_count(visitor: Client, clock: Clock) -> None:
    before = visitor.cookies["session"].value
    operator = OperatorFactory()
    clock.moment = MORNING + timedelta(hours=11)

    visitor.force_login(operator)
    clock.moment = MORNING + timedelta(hours=12, minutes=30)

    assert visitor.cookies["session"].value != before
    assert is_signed_in(visitor)
    clock.moment += timedelta(hours=2)
    assert not is_signed_in(visitor)


def test_keeping_count_writes_at_most_once_in_five_minutes(visitor: Client, clock: Clock) -> None:
    clock.moment = MORNING + timedelta(minutes=5) - timedelta(seconds=1)
    session = SessionStore(visitor.cookies["session"].value)
    assert SESSION_KEY in session
    assert not session.modified

    clock.moment = MORNING + timedelta(minutes=5)
    session = SessionStore(visitor.cookies["session"].value)
    assert SESSION_KEY in session
    assert session.modified


def test_a_visitor_who_has_not_signed_in_has_no_session(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert client.get("/healthz").content == b"ok\n"

    assert not Session.objects.exists()
