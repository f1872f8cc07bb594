"""Take in a file of events, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from organizations.models import Organization
from usage.files import Read, Rejected
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
    expects_new: bool = True  # the last block had no event that was there already


def import_usage(
    organization: Organization,
    read: Read,
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
    for events, rejected in _blocks(read):
        report.rejected += len(rejected)
        report.reasons += rejected[: MOST_SHOWN - len(report.reasons)]
        _import_block(organization, events, report, at=at, actor=actor)
        if progress:
            progress(report.stored + report.known)
    _tell(organization, report, at=at, actor=actor)
    catch_up()  # so that reading what was imported is fast at once
    return report


def _blocks(read: Read) -> Iterator[tuple[list[IncomingEvent], list[Rejected]]]:
    events: list[IncomingEvent] = []
    rejected: list[Rejected] = []
    for found in read:
        if isinstance(found, Rejected):
            rejected.append(found)
        else:
            events.extend(found)
        if len(events) >= BLOCK or len(rejected) >= BLOCK:
            yield events, rejected
            events, rejected = [], []
    yield events, rejected


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
    block = import_rows(organization, events, at=at, actor=actor, expects_new=report.expects_new)
    report.stored += block.stored
    report.known += block.known
    report.expects_new = block.known == 0
    if organization.is_sandbox and block.stored:
        consume_usage(organization, at=at, after=block.after_seq)


@transaction.atomic
def _tell(organization: Organization, report: ImportReport, *, at: datetime, actor: Actor) -> None:
    after = {"stored": report.stored, "known": report.known, "rejected": report.rejected}
    journal.record(organization, "usage.imported", actor=actor, at=at, after=after)
