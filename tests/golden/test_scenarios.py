"""The golden scenarios through the API of a live server, a case a scenario.

A scenario that contradicts a decision of docs/billing-policy.md is listed in known_differences.json with the figures
expected and the ones that follow from the decision; it must differ in exactly those, so that a change is noticed.
"""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from activity.actors import COMMAND
from tests.factories import AT
from tests.golden.adapters import scenarios
from workflows.create_organization import create_organization

# Tells the session to make the database; what a test itself writes would be rolled back.
pytestmark = pytest.mark.django_db

ALL = scenarios.lines()
TAKEN = [line for line in ALL if not scenarios.names_one_job(line)]
KNOWN = json.loads(Path(__file__).with_name("known_differences.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def keys(django_db_setup, django_db_blocker):
    """The API keys of one fresh sandbox for each scenario, committed, so that the server sees them."""
    with django_db_blocker.unblock():
        yield {
            line["id"]: create_organization(
                f"Golden {line['id']}", actor=COMMAND, at=AT, is_sandbox=True
            ).secret
            for line in TAKEN
        }
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def address(keys):
    connection.settings_dict["CONN_MAX_AGE"] = (
        None  # a connection for each conversation, not each request
    )
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def count(request):
    """Count the scenarios that agree wholly, and print the count in the end."""
    agreed = []
    yield agreed
    left_out = len(ALL) - len(TAKEN)
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(
            f"\nGolden scenarios: {len(agreed)} agree; {left_out} left out, "
            "since a step allows one named job only."
        )


@pytest.mark.parametrize("scenario", TAKEN, ids=lambda line: line["id"])
def test_the_api_gives_the_golden_figures(scenario, address, keys, count):
    known = KNOWN.get(scenario["id"], {"differences": []})

    found = scenarios.differences(scenario, scenarios.Server(address, keys[scenario["id"]]))

    if not found:
        count.append(scenario["id"])
    assert found == known["differences"]


def test_known_differences_say_which_decision_they_follow():
    assert [name for name, entry in KNOWN.items() if len(entry["decision"]) < 40] == []
