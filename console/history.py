"""What was done to things, read from the journal, as a timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from activity.models import JournalEntry
from console import formats, vocabulary
from organizations.models import Organization

ICONS = {
    "created": "circle-plus",
    "drafted": "file-plus-2",
    "finalized": "file-check",
    "issued": "file-minus",
    "updated": "pencil",
    "adjusted": "pencil",
    "adjustment_undone": "undo-2",
    "voided": "ban",
    "regenerated": "rotate-ccw",
    "terminated": "circle-minus",
    "deleted": "trash-2",
    "recorded": "credit-card",
    "begun": "credit-card",
    "payment_retried": "rotate-ccw",
    "refund_retried": "rotate-ccw",
}
TONES = {
    "finalized": "ok",
    "recorded": "ok",
    "voided": "bad",
    "deleted": "bad",
    "terminated": "bad",
    "payment_dispute_lost": "bad",
}
CHANGES = frozenset({"updated", "adjusted", "adjustment_undone"})
CURRENCIES = ("currency", "amount_currency")
MOST_CHANGES, LONGEST = 8, 60


def history(
    organization: Organization, pks: Iterable[UUID], most: int = 30
) -> list[dict[str, Any]]:
    """Return what was done to the things with these ids, newest first; one query."""
    rows = JournalEntry.objects.of(organization).filter(object_id__in=list(pks))
    return [entry(row) for row in rows.order_by("-pk")[:most]]


def entry(row: JournalEntry) -> dict[str, Any]:
    """Return a journal entry as ``components/timeline.html`` shows it."""
    verb = row.action.partition(".")[2]
    return {
        "title": vocabulary.happened(row.action),
        "at": row.at,
        "actor": vocabulary.actor(row.actor_label),
        "detail": row.reason,
        "icon": ICONS.get(verb, "history"),
        "tone": TONES.get(verb, ""),
        "changes": changes(row) if verb in CHANGES else [],
    }


def changes(row: JournalEntry) -> list[tuple[str, str, str]]:
    """Return what an entry says has changed: the field, before, after."""
    before, after = row.before or {}, row.after or {}
    names = [name for name in after if before.get(name) != after[name]][:MOST_CHANGES]
    currency = next(
        (values[name] for values in (after, before) for name in CURRENCIES if values.get(name)), ""
    )
    return [
        (
            vocabulary.field(name),
            _written(name, before.get(name), currency),
            _written(name, after[name], currency),
        )
        for name in names
    ]


def _written(name: str, value: Any, currency: str) -> str:
    """Write a value as people read it: minor units as an amount, where the entry says of which currency."""
    if name.endswith("_cents") and isinstance(value, int) and currency:
        return formats.money(value, currency)
    return _short(value)


def _short(value: Any) -> str:
    """Write a value in few words; a structure is only counted."""
    if isinstance(value, list | dict):
        if all(not isinstance(one, list | dict) for one in value):
            value = ", ".join(str(one) for one in value)
        else:
            return f"({len(value)})"
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
