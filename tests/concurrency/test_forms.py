"""Two presses of the same button at the same moment are one."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from console.htmx import done
from console.views import once, operator_view
from organizations import operations
from organizations.models import SentForm, SignInThrottle
from tests.factories import AT, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(times: int, call: Any) -> list[Any]:
    """Run `call` in that many threads and return what each gave."""

    def alone(_: int) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(alone, range(times)))


def test_a_double_click_makes_one_thing() -> None:
    membership, token, made = MembershipFactory(), uuid.uuid4(), []

    @operator_view("customers")
    @once
    def create(request: Any) -> HttpResponse:
        time.sleep(0.2)
        made.append(request.organization)
        return done(request, to=f"/customers/{len(made)}/")

    def press() -> str:
        request: Any = RequestFactory().post("/", {"form_token": token})
        request.user, request.session = membership.operator, {}
        return str(create(request)["Location"])

    assert at_once(4, press) == ["/customers/1/"] * 4
    assert made == [membership.organization]
    assert SentForm.objects.count() == 1


def test_attempts_at_once_are_counted_like_attempts_in_a_row() -> None:
    keys = operations.keys_of("ada@example.com", "192.0.2.1")

    waits = at_once(8, lambda: operations.admit(keys, at=AT))

    # Five are free, the sixth is let in and starts the waiting, the others find it started.
    assert sorted(waits) == [0, 0, 0, 0, 0, 0, 1, 1]
    assert sorted(row.failures for row in SignInThrottle.objects.all()) == [6, 6]
