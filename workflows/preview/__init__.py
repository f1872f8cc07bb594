"""Try a workflow out, see what it would do, and then do exactly that.

There is no second implementation of anything: the workflow itself runs in a savepoint, what it wrote is read back
from the journal and the documents, and all of it is rolled back.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from django.db import transaction

from activity import journal
from billing.errors import Invalid, Sentence
from persistence.ids import new_id
from workflows.preview.effects import Effect, effects_of

VALID_FOR = timedelta(minutes=15)
Result = TypeVar("Result", covariant=True)


class Workflow(Protocol[Result]):
    """A workflow that waits for its moment only: ``partial(delete_customer, customer, actor=actor)``."""

    def __call__(self, *, at: datetime) -> Result: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What a workflow does at a moment: its effects, and the SHA-256 of moment and effects.

    A plan that a machine sends back has no effects, only the digest.
    """

    at: datetime
    digest: str
    effects: tuple[Effect, ...] = ()


class PlanChanged(Invalid):
    """The world has changed since the plan was made: `old` was shown, `new` is what would happen now."""

    def __init__(self, old: Plan, new: Plan) -> None:
        super().__init__(
            {"plan": ["plan_has_changed"]}, Sentence("Something has changed since this was shown.")
        )
        self.old, self.new = old, new


class _Undone(Exception):
    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


def preview(workflow: Workflow[object], *, at: datetime) -> Plan:
    """Return what `workflow` would do at `at`, having changed nothing; raises whatever it refuses with."""
    try:
        with transaction.atomic():
            _, plan = _run(workflow, at)
            raise _Undone(plan)
    except _Undone as undone:
        return undone.plan


def confirm(workflow: Workflow[Result], plan: Plan, *, now: datetime) -> tuple[Result, Plan]:
    """Run `workflow` at the plan's moment and return its result, with the plan it has carried out.

    When it would do anything else than what the plan says nothing is done: PlanChanged. A plan is good for a quarter
    of an hour; later: Invalid ``plan: [plan_has_expired]``.
    """
    if not timedelta(0) <= now - plan.at <= VALID_FOR:
        raise Invalid(
            {"plan": ["plan_has_expired"]},
            "This was shown more than 15 minutes ago. Look at it again.",
        )
    with transaction.atomic():
        result, found = _run(workflow, plan.at)
        if found.digest != plan.digest:
            raise PlanChanged(plan, found)
    return result, found


def _run(workflow: Workflow[Result], at: datetime) -> tuple[Result, Plan]:
    mark = new_id()
    with journal.overheard() as entries:
        result = workflow(at=at)
    effects = tuple(effects_of(entries, mark))
    return result, Plan(at, digest(at, effects), effects)


def digest(at: datetime, effects: Sequence[Effect]) -> str:
    """Return the SHA-256 of a moment and of effects, whatever their order."""
    written = json.dumps([at.astimezone(UTC).isoformat(), _sorted(list(effects))], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def differences(old: Sequence[Effect], new: Sequence[Effect]) -> tuple[list[Effect], list[Effect]]:
    """Return the effects that only `old` has, and those that only `new` has."""
    before, after = Counter(map(_written, old)), Counter(map(_written, new))
    gone = [json.loads(text) for text in (before - after).elements()]
    added = [json.loads(text) for text in (after - before).elements()]
    return gone, added


def _sorted(value: Any) -> Any:
    """Order every list by its content, so that two runs compare alike."""
    if isinstance(value, dict):
        return {key: _sorted(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return sorted((_sorted(one) for one in value), key=_written)
    return value


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
