"""Who is there: bits of whole days, and what happened beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

Moves = Mapping[date, Sequence[tuple[str, bool]]]


@dataclass
class Members:
    """The members of a cell day by day: who was added and who removed by the last event of a day."""

    added: dict[date, int] = field(default_factory=dict)
    removed: dict[date, int] = field(default_factory=dict)

    def set_bits(self, day: date, added: bytes, removed: bytes) -> None:
        """Take in the bits of a day as they were rolled up."""
        self.added[day] = int.from_bytes(added, "little")
        self.removed[day] = int.from_bytes(removed, "little")

    def move(self, day: date, number: int, *, is_there: bool) -> None:
        """Take in the last that happened to one member on a day."""
        bit = 1 << number
        marked, cleared = (self.added, self.removed) if is_there else (self.removed, self.added)
        marked[day] = marked.get(day, 0) | bit
        cleared[day] = cleared.get(day, 0) & ~bit


def count_there(cells: Sequence[Members]) -> int | None:
    """Return how many members are there in the end, in cells that are billed as one.

    None if that cannot be told: on one day, one cell had a member added and another had it removed, and days
    do not know which was first.
    """
    there = 0
    for day in sorted({day for cell in cells for day in (*cell.added, *cell.removed)}):
        added = removed = 0
        for cell in cells:
            added |= cell.added.get(day, 0)
            removed |= cell.removed.get(day, 0)
        if added & removed:
            return None
        there = (there | added) & ~removed
    return there.bit_count()


class Numbers:
    """Numbers of members: their own, and further ones for those that have none yet."""

    def __init__(self, taken: int) -> None:
        self._next = taken
        self._given: dict[str, int] = {}

    def of(self, who: str) -> int:
        """Return the number of a member that is told by its number or by its hash."""
        if who.isdecimal() and len(who) < 32:
            return int(who)
        if who not in self._given:
            self._given[who] = self._next
            self._next += 1
        return self._given[who]


def first_free(bits: Iterable[bytes], who: Iterable[str]) -> int:
    """Return a number above all that are used in `bits` or among `who`."""
    longest = max((len(each) for each in bits), default=0) * 8
    highest = max((int(each) for each in who if each.isdecimal() and len(each) < 32), default=-1)
    return max(longest, highest + 1)
