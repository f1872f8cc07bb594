"""Where the golden lines are, and how their values are read."""

from __future__ import annotations

import json
import os
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def golden_dir() -> Path:
    """Return the folder of the golden lines; GOLDEN_DIR names another one."""
    return Path(os.environ.get("GOLDEN_DIR") or Path(__file__).parents[1] / "data")


def lines_of(name: str) -> list[Line]:
    """Return all lines of a golden file, decimals exact."""
    text = (golden_dir() / name).read_text(encoding="utf-8")
    return [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]


def decimal_of(value: object) -> Decimal:
    """Return a golden figure, a string or a number, as a Decimal."""
    return Decimal(str(value))


def rounded_as(value: Decimal, places: int | None, rounding: str = "half_up") -> Decimal:
    """Round a figure as its line asks before it is compared."""
    if places is None:
        return value
    how = {"half_up": ROUND_HALF_UP, "ceil": ROUND_CEILING}[rounding]
    return value.quantize(Decimal(1).scaleb(-places), how)


def difference(what: str, expected: object, found: object) -> list[str]:
    """Return a sentence if two figures differ; both are numbers, or both are None."""
    if expected is None or found is None:
        same = expected is None and found is None
    else:
        same = decimal_of(expected) == decimal_of(found)
    return [] if same else [f"{what}: expected {expected}, found {found}"]
