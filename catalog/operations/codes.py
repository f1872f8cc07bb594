"""Codes that nobody has chosen."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

LONGEST = 255


def free_code(wish: str, taken: Iterable[str]) -> str:
    """Return `wish`, or with _2, _3 … behind it if it is taken."""
    others = set(taken)
    if wish not in others:
        return wish
    candidates = (f"{wish[: LONGEST - 8]}_{number}" for number in count(2))
    return next(code for code in candidates if code not in others)
