"""Take in events, and in a sandbox do at once what follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from organizations.models import Organization
from usage.models import UsageEvent
from usage.operations import ingest, ingest_batch
from workflows.consume_usage import consume_usage


@transaction.atomic
def ingest_usage(
    organization: Organization, given: Mapping[str, Any], *, at: datetime, actor: Actor
) -> UsageEvent:
    """Store one event in the words of the API and return it; raises what `usage.operations.ingest` raises."""
    event = ingest(organization, given, at=at, actor=actor)
    _follow(organization, event, at=at)
    return event


@transaction.atomic
def ingest_usage_batch(
    organization: Organization, given: Sequence[Any], *, at: datetime, actor: Actor
) -> list[UsageEvent]:
    """Store all events of a batch or none and return them; raises what `usage.operations.ingest_batch` raises."""
    events = ingest_batch(organization, given, at=at, actor=actor)
    _follow(organization, events[0], at=at)
    return events


def _follow(organization: Organization, first: UsageEvent, *, at: datetime) -> None:
    if organization.is_sandbox:
        consume_usage(organization, at=at, after=first.seq - 1)
