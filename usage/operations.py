"""What adds events: one by one, in batches, and in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from billing.aggregation import Event
from billing.errors import DomainError, Invalid, Sentence
from billing.expressions import with_expression
from catalog.models import BillableMetric
from organizations.models import Organization
from usage.bulk import copy_in
from usage.incoming import IncomingEvent, incoming
from usage.models import UsageEvent
from usage.storage import lock_arrivals, store

MOST = 100
"""A batch may have so many events."""


class InvalidEvents(Invalid):
    """Some events of a batch are wrong: ``{"0": {"transaction_id": ["value_already_exist"]}}``."""

    def __init__(self, errors: Mapping[int, Mapping[str, list[str]]]) -> None:
        DomainError.__init__(
            self, "validation_errors", Sentence("No event of this batch was stored.")
        )
        by_index: dict[str, Any] = {str(index): dict(each) for index, each in errors.items()}
        self.errors = by_index


@transaction.atomic
def ingest(
    organization: Organization, given: Mapping[str, Any], *, at: datetime, actor: Actor
) -> UsageEvent:
    """Store one event in the words of the API and return it.

    Raises Invalid for a wrong field, and ``transaction_id: value_already_exist`` if the
    subscription has an event of that transaction. Unknown codes and subscriptions are stored.
    """
    event = _evaluated(organization, [incoming(given, at=at)])[0]
    lock_arrivals(organization)
    stored = store(organization, [event], at=at)
    if not stored:
        raise Invalid({"transaction_id": ["value_already_exist"]}, "This event was stored before.")
    return stored[0]


@transaction.atomic
def ingest_batch(
    organization: Organization, given: Sequence[Any], *, at: datetime, actor: Actor
) -> list[UsageEvent]:
    """Store all of `given` or none, and return the events in their order.

    Raises Invalid for a batch without events (``no_events``) or with too many
    (``too_many_events``), and InvalidEvents with the errors of each offender by its index.
    """
    if not given:
        raise Invalid({"events": ["no_events"]}, "There is no event in this batch.")
    if len(given) > MOST:
        raise Invalid(
            {"events": ["too_many_events"]},
            Sentence("A batch has at most {most} events.", most=MOST),
        )
    events = _evaluated(organization, _read_all(given, at=at))
    lock_arrivals(organization)
    stored = {each.pk: each for each in store(organization, events, at=at)}
    return _in_order(organization, events, stored)


@dataclass(frozen=True)
class ImportedBlock:
    """What became of a block of events: how many are new, and how many had been stored before.

    The new ones have numbers of arrival above `after_seq`.
    """

    stored: int
    known: int
    after_seq: int


@transaction.atomic
def import_rows(
    organization: Organization,
    events: Sequence[IncomingEvent],
    *,
    at: datetime,
    actor: Actor,
    expects_new: bool = True,
) -> ImportedBlock:
    """Store a block of events at bulk speed; those that were stored before are passed over.

    It is fastest where `expects_new` says rightly that none was.
    """
    evaluated = _evaluated(organization, events)
    lock_arrivals(organization)
    stored, before = copy_in(organization, evaluated, at=at, expects_new=expects_new)
    return ImportedBlock(stored, len(events) - stored, before)


def _read_all(given: Iterable[Any], *, at: datetime) -> list[IncomingEvent]:
    events, errors = [], {}
    for index, each in enumerate(given):
        try:
            events.append(incoming(each if isinstance(each, Mapping) else {}, at=at))
        except Invalid as error:
            errors[index] = error.errors
    if errors:
        raise InvalidEvents(errors)
    return events


def _in_order(
    organization: Organization, events: Sequence[IncomingEvent], stored: dict[Any, UsageEvent]
) -> list[UsageEvent]:
    """Return the stored events as they were given; the second of two alike is an offender."""
    found, errors = [], {}
    for index, event in enumerate(events):
        row = stored.pop(event.id_in(organization.pk), None)
        if row is None:
            errors[index] = {"transaction_id": ["value_already_exist"]}
        else:
            found.append(row)
    if errors:
        raise InvalidEvents(errors)
    return found


def _evaluated(
    organization: Organization, events: Sequence[IncomingEvent]
) -> Sequence[IncomingEvent]:
    """Give events of metrics with an expression the property that it works out."""
    expressions: dict[str, tuple[str | None, str | None]] = {
        code: (expression, field_name)
        for code, expression, field_name in BillableMetric.objects.kept()
        .of(organization)
        .filter(code__in={event.code for event in events}, expression__isnull=False)
        .values_list("code", "expression", "field_name")
    }
    if not expressions:
        return events
    return [_with(event, *expressions.get(event.code, ("", None))) for event in events]


def _with(event: IncomingEvent, expression: str | None, field_name: str | None) -> IncomingEvent:
    """Return `event` with the value of `expression`; one that has no value here leaves it as it is."""
    if not expression or not field_name:
        return event
    seen = Event(event.at, event.properties, event.transaction_id, code=event.code)
    try:
        return event.with_property(
            field_name, with_expression(seen, expression, field_name).properties[field_name]
        )
    except Invalid:
        return event
