"""Writing the journal: one entry a change, in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import models

from activity.actors import Actor
from activity.models import JournalEntry, OutboxMessage

_overheard: ContextVar[list[JournalEntry] | None] = ContextVar("overheard", default=None)
SECRET_COLUMNS = frozenset({"password", "digest", "hmac_key", "secrets", "private_key"})


def snapshot(row: models.Model, *more: str) -> dict[str, Any]:
    """Return the row's columns as they stand, without secrets; `more` names further attributes."""
    taken = {
        field.attname: field.value_to_string(row)
        if field.many_to_one
        else getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in SECRET_COLUMNS
    }
    return taken | {name: getattr(row, name) for name in more}


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the parts of two snapshots that differ, as (old, new)."""
    keys = [key for key in after if before.get(key) != after[key] and key != "updated_at"]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}


def record(
    subject: models.Model,
    action: str,
    *,
    actor: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> JournalEntry:
    """Write that `actor` did `action` (``customer.created``) to `subject` at `at`.

    `subject` has an `organization_id` (or is the organization); its customer is found by its
    `customer_id`, so that the entry stands in that customer's timeline.
    """
    entry = entry_for(
        subject, action, actor=actor, at=at, before=before, after=after, reason=reason
    )
    entry.save(force_insert=True)
    _pass_on([entry])
    return entry


def entry_for(
    subject: Any,
    action: str,
    *,
    actor: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> JournalEntry:
    """Return an entry that is not stored yet, for writing many at once with `record_many`."""
    name = subject._meta.model_name
    return JournalEntry(
        organization_id=subject.pk if name == "organization" else subject.organization_id,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:255],
        source=actor.source,
        request_id=actor.request_id,
        action=action,
        object_type=action.partition(".")[0],
        object_id=subject.pk,
        object_label=str(subject)[:255],
        customer_id=subject.pk if name == "customer" else getattr(subject, "customer_id", None),
        before=before,
        after=after,
        reason=reason,
    )


def record_many(entries: Iterable[JournalEntry]) -> None:
    """Store entries made by `entry_for` with one statement."""
    _pass_on(JournalEntry.objects.bulk_create(entries))


@contextmanager
def overheard() -> Iterator[list[JournalEntry]]:
    """Collect the entries that are written meanwhile, in their order (for `workflows.preview`)."""
    entries: list[JournalEntry] = []
    token = _overheard.set(entries)
    try:
        yield entries
    finally:
        _overheard.reset(token)


def _pass_on(entries: Iterable[JournalEntry]) -> None:
    listening = _overheard.get()
    if listening is not None:
        listening.extend(entries)


def announce(
    subject: models.Model,
    kind: str,
    *,
    at: datetime,
    topic: str = "webhook",
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Put into the outbox that `kind` (``invoice.created``) happened to `subject`; sent after the commit."""
    announce_many([announcement(subject, kind, at=at, topic=topic, payload=payload)])


def announcement(
    subject: Any,
    kind: str,
    *,
    at: datetime,
    topic: str = "webhook",
    payload: Mapping[str, Any] | None = None,
) -> OutboxMessage:
    """Return an outbox message that is not stored yet."""
    name = subject._meta.model_name
    return OutboxMessage(
        organization_id=subject.pk if name == "organization" else subject.organization_id,
        created_at=at,
        topic=topic,
        kind=kind,
        object_type=kind.partition(".")[0],
        object_id=uuid.UUID(str(subject.pk)),
        payload=payload,
    )


def announce_many(messages: Iterable[OutboxMessage]) -> None:
    """Store messages made by `announcement` with one statement."""
    OutboxMessage.objects.bulk_create(messages)
