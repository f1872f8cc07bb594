"""Fixtures that every test may use, and what a run needs: the database and a browser."""

from __future__ import annotations

import logging
import os
import shutil
import threading

import pytest
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from billing_admin import embedded_postgres

hypothesis_settings.register_profile(
    "default", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

WSGIRequestHandler.disable_nagle_algorithm = True
"""The tests' server sends an answer in pieces; kept back until the last is acknowledged each waits 40 ms."""

LONG = ("soak", "demo", "crash", "e2e", "golden")
"""Folders whose files take long: they go first, so that two processes end at about the same time."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

REFUSED = "error: Failed to load resource: the server responded with a status of 4"


def chromium() -> str | None:
    """Find the browser: the program that CHROMIUM names, else the system's."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for path in map(shutil.which, BROWSERS) if path), None)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("REQUIRE_BROWSER") == "1" and not chromium():
        raise pytest.UsageError("REQUIRE_BROWSER=1, but there is no Chromium on this machine.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    if chromium():
        return
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def _turn(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return LONG.index(folder) if folder in LONG else len(LONG)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not chromium():
        print("\nTHE BROWSER TESTS DID NOT RUN: there is no Chromium here (or set CHROMIUM).")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start our own PostgreSQL before the first test that needs a database."""
    if settings.EMBEDDED:
        embedded_postgres.start(settings.BASE_DIR, embedded_postgres.TESTS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Drive the system's Chromium; as root it runs only without its sandbox."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    words = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium(), "args": words}


@pytest.fixture
def api(db: None):
    """Ask the API as a new organization (`api.organization`)."""
    from tests.api.client import ApiClient
    from tests.factories import OrganizationFactory

    return ApiClient(OrganizationFactory())


@pytest.fixture
def signed_in(client, db: None):
    """Browse the console as an owner: a test client with `organization` and `membership`."""
    from tests.factories import MembershipFactory

    membership = MembershipFactory()
    client.force_login(membership.operator)
    client.organization, client.membership = membership.organization, membership
    return client


@pytest.fixture
def page(page):
    """Hear what the browser complains of; let its last requests end before the database is emptied."""
    complaints: list[str] = []
    page.context.on("weberror", lambda error: complaints.append(str(error.error)))
    page.context.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    yield page
    page.context.close()
    # That an answer refuses what was asked for is no fault, and the browser's own line.
    assert [one for one in complaints if not one.startswith(REFUSED)] == []
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:  # the live server has one per connection
            thread.join(timeout=30)
            assert not thread.is_alive(), "A request of the browser does not end."


@pytest.fixture
def operator_page(page, live_server, signed_in):
    """Drive a real browser as an owner: a Playwright page with `address` and `organization`."""
    from django.conf import settings

    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": signed_in.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    page.address, page.organization = live_server.url, signed_in.organization
    return page


@pytest.fixture
def asked(request: pytest.FixtureRequest):
    """Say how much of the soak in this file is to be run, and from which seed (`count`, `seed`)."""
    from tests.soak.table import SOAKS, asked

    path = request.path.relative_to(request.config.rootpath).as_posix()
    name = next(name for name, soak in SOAKS.items() if soak.path == path)
    found = asked(name)
    print(f"\nSoak {name}: {found.count} {SOAKS[name].unit}, seed {found.seed}")
    logging.disable(logging.WARNING)  # a refusal is what is looked for, thousands of times
    yield found
    logging.disable(logging.NOTSET)
