"""The demo, loaded once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

PASSWORD = "correct horse battery"


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Load the demo for good, and empty the database when the last test of the folder is done.

    Tests that use it are marked with `django_db` (without `transaction`, which would empty it).
    """
    from django.db import connection

    from demo.story import load

    with django_db_blocker.unblock():
        # pytest-django makes the tests' database only for tests that carry the mark.
        assert connection.settings_dict["NAME"].startswith("test_"), "this is no tests' database"
        try:
            yield load(password=PASSWORD, say=lambda what: None)
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def ask(demo: Any) -> Any:
    """Return a function that gets an address of the API as the demo's own backend would."""
    from django.test import Client

    client = Client(headers={"Authorization": f"Bearer {demo.api_key}"})

    def get(path: str, **parameters: str) -> Any:
        answer = client.get(f"/api/v1{path}", query_params=parameters)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


@pytest.fixture(scope="package")
def demo_server(demo: Any) -> Iterator[str]:
    """Serve the demo and return its address; unlike `live_server` it leaves the database as it is."""
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("127.0.0.1")
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture
def owner_page(page: Any, demo: Any, demo_server: str) -> Any:
    """Sign the owner of the demo in, as a person does; a Playwright page with `address`."""
    page.address = demo_server
    page.goto(f"{demo_server}/customers/")
    page.get_by_label("E-mail").fill(demo.owner.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/customers/")
    return page
