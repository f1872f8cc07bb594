"""Send what schemathesis makes up from an OpenAPI document; whatever it is, the answer is no fault of the server,
and what is stored adds up.

`manage.py fuzz_api` runs this file. Each operation meets an organization of its own, which has one of everything,
through the product's whole WSGI application and without a transaction around it. Only what would leave the house
stays in the outbox.
"""

from __future__ import annotations

import logging
import os
import random
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from django.db import connection
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException, HypothesisWarning
from hypothesis.strategies import integers
from schemathesis import Case, GenerationMode

from billing_admin.invariants import breaches
from billing_admin.wsgi import application
from tests.fuzz.names import Names
from tests.security.world import World

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = int(os.environ.get("FUZZ_COUNT", "10000"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
DOCUMENT = os.environ.get("FUZZ_DOCUMENT", "")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
MOST_TURNS = 10
"""Some operations can be asked in few ways only; further turns share out what these leave."""


class Run:
    """How many requests were answered how, and which of them with a fault."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.faults: dict[str, str] = {}

    @property
    def count(self) -> int:
        return self.statuses.total()

    def send(self, case: Case, world: World) -> None:
        """Send a request, in the world's name whoever it was made up for, and note its answer."""
        kept = {k: v for k, v in (case.headers or {}).items() if k.lower() != "authorization"}
        case.headers = kept | {"Authorization": f"Bearer {world.secret}"}
        answer = case.call()
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            sent = f"{case.formatted_path} {case.query} {case.body!r}"
            self.faults.setdefault(f"{answer.status_code} {case.operation.label}", sent[:2000])


def operations() -> Iterator[Any]:
    """Yield the operations of the document that is asked for, as schemathesis sees them."""
    if DOCUMENT:
        document = yaml.load(Path(DOCUMENT).read_text(), Loader=yaml.CSafeLoader)
        document["servers"] = [{"url": "/api/v1"}]
        schema = schemathesis.openapi.from_dict(document)
        schema.app = application
    else:
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for result in schema.get_all_operations():
        yield result.ok()


def ask(run: Run, operation: Any, *, count: int, turn: int) -> None:
    """Send up to `count` requests as described and `count` others to one operation."""
    world = World("Fuzzed")
    names = Names(world.codes, world.ids)
    for mode in MODES:
        as_it_is = settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

        @seed(SEED + turn)
        @as_it_is
        @given(case=operation.as_strategy(generation_mode=mode), number=integers(0, 2**32))
        def send(case: Case, number: int) -> None:
            dice = random.Random(number)
            case.path_parameters = names.in_path(operation.path, case.path_parameters or {}, dice)
            case.query = names.in_value(case.query, dice)
            case.body = names.in_value(case.body, dice)
            run.send(case, world)

        try:
            send()
        except HypothesisException:  # nothing can be wrong with a request without parameters
            continue


@pytest.fixture
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the connection, do not wait for the disk, and send nothing out."""
    warnings.simplefilter("ignore", HypothesisWarning)
    logging.disable(logging.WARNING)
    monkeypatch.setattr("billing_admin.middleware.deliver", lambda organization: None)
    monkeypatch.setattr("api.rate_limits.OTHER", COUNT)
    kept = {"CONN_MAX_AGE": None, "OPTIONS": {"options": "-c synchronous_commit=off"}}
    for name, value in kept.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    connection.close()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_in_a_hurry")
def test_no_made_up_request_is_a_fault() -> None:
    known = list(operations())
    run, turn = Run(), 0

    while run.count < COUNT and turn < MOST_TURNS:
        share = -(-(COUNT - run.count) // (len(known) * len(MODES)))
        for operation in known:
            ask(run, operation, count=share, turn=turn)
        turn += 1

    answers = ", ".join(f"{status}: {n}" for status, n in sorted(run.statuses.items()))
    print(f"\n{run.count} requests to {len(known)} operations of {DOCUMENT or 'our document'}")
    print(f"seed {SEED}; answers {answers}")
    print(f"{len(run.faults)} operations with faults of the server", *run.faults.items(), sep="\n")
    assert (run.faults, list(breaches())) == ({}, [])
