"""Take in a file of events, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from organizations.models import Organization
from usage.files import Rejected
from usage.incoming import IncomingEvent
from usage.operations import import_rows
from usage.rollup import catch_up
from workflows.consume_usage import consume_usage

BLOCK = 10_000
"""So many events are stored in one transaction."""

MOST_SHOWN = 1_000
"""So many rejected lines are told with their reason; all are counted."""

Progress = Callable[[int], None]


@dataclass
class ImportReport:
    """What became of a file: new events, events that were there already, lines that were rejected."""

    stored: int = 0
    known: int = 0
    rejected: int = 0
    reasons: list[Rejected] = field(default_factory=list)


def import_usage(
    organization: Organization,
    read: Iterable[Sequence[IncomingEvent] | Rejected],
    *,
    at: datetime,
    actor: Actor,
    progress: Progress | None = None,
) -> ImportReport:
    """Store the events of a file and say what became of them; repeated, it stores nothing twice.

    Each block commits by itself, so that an import that is interrupted may simply be started again. `progress`
    hears how many events are done. The journal tells of the import as a whole.
    """
    report = ImportReport()
    waiting: list[IncomingEvent] = []
    for found in read:
        if isinstance(found, Rejected):
            report.rejected += 1
            report.reasons += [found] if len(report.reasons) < MOST_SHOWN else []
            continue
        waiting.extend(found)
        if len(waiting) >= BLOCK:
            _import_block(organization, waiting, report, at=at, actor=actor)
            waiting = []
            if progress:
                progress(report.stored + report.known)
    _import_block(organization, waiting, report, at=at, actor=actor)
    _tell(organization, report, at=at, actor=actor)
    catch_up()  # so that reading what was imported is fast at once
    return report


@transaction.atomic
def _import_block(
    organization: Organization,
    events: Sequence[IncomingEvent],
    report: ImportReport,
    *,
    at: datetime,
    actor: Actor,
) -> None:
    if not events:
        return
    block = import_rows(organization, events, at=at, actor=actor)
    report.stored += block.stored
    report.known += block.known
    if organization.is_sandbox and block.first_seq is not None:
        consume_usage(organization, at=at, after=block.first_seq - 1)


@transaction.atomic
def _tell(organization: Organization, report: ImportReport, *, at: datetime, actor: Actor) -> None:
    after = {"stored": report.stored, "known": report.known, "rejected": report.rejected}
    journal.record(organization, "usage.imported", actor=actor, at=at, after=after)
