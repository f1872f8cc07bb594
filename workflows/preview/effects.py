"""What a workflow has done, read back from the journal: one effect for each thing that it touched.

An effect holds no ids, numbers or moments of creation of what is new, so that two runs of the same workflow at the
same moment have the same effects.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from activity.models import JournalEntry
from workflows.preview.documents import READERS, Seen

Effect = dict[str, Any]
"""JSON: ``kind``, ``actions`` and what the thing is afterwards."""

VOLATILE = re.compile(r"(^|_)(id|ids|slug|number)$|^(created|updated)_at$|sequential")
IDENTITY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A key that is an id, as under a plan's charges: another one in each run."""
KEPT = frozenset({"external_id"})


def effects_of(entries: Sequence[JournalEntry], mark: uuid.UUID) -> list[Effect]:
    """Return the effects that journal entries tell of, in the order in which things were first touched.

    What has a greater id than `mark` is new.
    """
    touched: dict[tuple[str, uuid.UUID], list[JournalEntry]] = {}
    for entry in entries:
        touched.setdefault((entry.object_type, entry.object_id), []).append(entry)
    seen = Seen(mark, frozenset(pk for _, pk in touched))
    read: dict[tuple[str, uuid.UUID], Effect] = {}
    for kind, reader in READERS.items():
        ids = [pk for name, pk in touched if name == kind]
        if ids:
            read |= {(kind, pk): found for pk, found in reader(ids, seen).items()}
    return [
        {
            "kind": kind,
            "actions": list(dict.fromkeys(entry.action for entry in group)),
            **read.get((kind, pk), {} if kind in READERS else _plain(group)),
        }
        for (kind, pk), group in touched.items()
    ]


def _plain(entries: Sequence[JournalEntry]) -> Effect:
    """What the journal itself says of a thing that has no reader."""
    after: dict[str, Any] = {}
    for entry in entries:
        after |= entry.after or {}
    return {"label": entries[-1].object_label, "after": _steady(after)}


def _steady(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _text(value)
        for key, value in values.items()
        if key in KEPT or not VOLATILE.search(key)
    }


def _text(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value and all(IDENTITY.fullmatch(str(key)) for key in value):
            return [_text(one) for one in value.values()]
        return _steady(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_text(one) for one in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
