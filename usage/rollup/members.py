"""The members of unique counts: a number for each, and a bit for each in its days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from usage.facts import KEY_OF_CELL, KEY_OF_MEMBER, MOVE

# One roll-up works at a time, so that nobody else gives out the same numbers.
_NUMBER = """
INSERT INTO usage_usagemember (organization_id, series_id, key, number)
SELECT organization_id, series_id, key,
       COALESCE((SELECT max(number) FROM usage_usagemember known
                 WHERE known.series_id = fresh.series_id), -1)
       + row_number() OVER (PARTITION BY series_id ORDER BY key)
FROM (SELECT DISTINCT organization_id, series_id, {key} AS key
      FROM ({facts}) fact WHERE member IS NOT NULL) fresh
WHERE NOT EXISTS (SELECT FROM usage_usagemember known
                  WHERE known.series_id = fresh.series_id AND known.key = fresh.key)
"""
_MOVE = """
INSERT INTO usage_usagememberday AS old (organization_id, series_id, day, key, number, last)
SELECT fact.organization_id, fact.series_id, day, {cell}, known.number, {move}
FROM ({facts}) fact
JOIN usage_usagemember known ON known.series_id = fact.series_id AND known.key = {member}
GROUP BY fact.organization_id, fact.series_id, day, cell, known.number
ON CONFLICT (series_id, day, key, number) DO UPDATE SET last = GREATEST(old.last, excluded.last)
RETURNING series_id, day, key, number, last[3] = 1
"""
_WANTED = "unnest(%s::bigint[], %s::date[], %s::uuid[]"
_READ = f"""
SELECT day.series_id, day.day, day.key, day.added, day.removed
FROM usage_usageday day
JOIN {_WANTED}) AS wanted (series_id, day, key) USING (series_id, day, key)
"""
_WRITE = f"""
UPDATE usage_usageday day SET added = wanted.added, removed = wanted.removed
FROM {_WANTED}, %s::bytea[], %s::bytea[]) AS wanted (series_id, day, key, added, removed)
WHERE day.series_id = wanted.series_id AND day.day = wanted.day AND day.key = wanted.key
"""

Place = tuple[int, date, UUID]
"""A row of UsageDay: its series, day and key."""


def add_members(facts: str, values: Sequence[Any]) -> None:
    """Bring the members of some events into their days; `facts` is the SQL of the events, with `values`."""
    names = {"facts": facts, "cell": KEY_OF_CELL, "member": KEY_OF_MEMBER, "move": MOVE}
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER.format(key=KEY_OF_MEMBER, facts=facts), values)
        cursor.execute(_MOVE.format(**names), values)
        moved: dict[Place, list[tuple[int, bool]]] = {}
        for series_id, day, key, number, is_there in cursor.fetchall():
            moved.setdefault((series_id, day, key), []).append((number, is_there))
        if not moved:
            return
        cursor.execute(_READ, _columns(moved))
        rows = [
            (*place, *_marked(added, removed, moved[place]))
            for *names_of_place, added, removed in cursor.fetchall()
            for place in [tuple(names_of_place)]
        ]
        cursor.execute(_WRITE, _columns(rows))


def _columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _marked(
    added: bytes | None, removed: bytes | None, moves: Sequence[tuple[int, bool]]
) -> tuple[bytes, bytes]:
    """Return the two bit sets with the bits of the moved members set in one and cleared in the other."""
    size = max(number for number, _ in moves) // 8 + 1
    there, gone = (bytearray(bits or b"").ljust(size, b"\0") for bits in (added, removed))
    for number, is_there in moves:
        place, bit = number >> 3, 1 << (number & 7)
        marked, cleared = (there, gone) if is_there else (gone, there)
        marked[place] |= bit
        cleared[place] &= ~bit
    return bytes(there), bytes(gone)
