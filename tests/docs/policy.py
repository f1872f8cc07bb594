"""Reads the tables of docs/billing-policy.md, each under its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from billing.money import Money

DOCUMENT = Path(__file__).parents[2] / "docs" / "billing-policy.md"
MARK = re.compile(r"<!-- (?:table: (?P<name>[a-z-]+)|words) -->")

Row = dict[str, str]
"""The cells of a row under the headings of their columns."""

CHECKS: dict[str, Callable[[Row], dict[str, str]]] = {}
"""For each table the function that works out its figures: from a row, the cells that follow from the others."""

Check = Callable[[Row], dict[str, str]]


def figures(name: str) -> Callable[[Check], Check]:
    """Register the function that works out the figures of the table `name`."""

    def register(check: Check) -> Check:
        assert name not in CHECKS, name
        CHECKS[name] = check
        return check

    return register


def tables(text: str) -> Iterator[tuple[str | None, list[Row]]]:
    """Yield each table with its name; None for one of words, without figures.

    Raises AssertionError for a table without a mark.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|") and not lines[number - 1].startswith("|"):
            mark = MARK.fullmatch(lines[number - 1])
            assert mark, f"line {number + 1}: a table needs a name, or <!-- words -->"
            yield mark["name"], list(_rows(lines[number:]))


def _rows(lines: list[str]) -> Iterator[Row]:
    heads = _cells(lines[0])
    for line in lines[2:]:
        if not line.startswith("|"):
            return
        yield dict(zip(heads, _cells(line), strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def cents(text: str) -> int:
    """Read an amount in euros as cents."""
    return Money.of(Decimal(text), "EUR").cents


def euros(amount_cents: int) -> str:
    """Write cents as an amount in euros, as the document does."""
    return str(Money(amount_cents, "EUR").amount)


def rate(text: str) -> Decimal:
    """Read ``20 %``."""
    return Decimal(text.removesuffix("%").strip())


def utc(text: str) -> datetime:
    """Read a moment of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str) -> datetime:
    """Read a local moment of a timezone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def shown_moment(moment: datetime) -> str:
    """Write a moment in UTC to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def shown_span(start: date, end: datetime) -> str:
    """Write days as ``first to last``; `end` is outside."""
    return f"{start} to {(end - timedelta(microseconds=1)).date()}"


def parts(text: str, separator: str = ",") -> list[str]:
    """Split a cell; none, or a dash, is an empty list."""
    if text in ("", "–", "none"):
        return []
    return [part.strip() for part in text.split(separator)]


def ranges(text: str, price: str = "per_unit_amount") -> list[dict[str, object]]:
    """Read ``0–5 at 10 + 100; 6–… at 5 + 50`` (a price may be ``5 %``)."""
    found = []
    for part in parts(text, ";"):
        bounds, terms = part.split(" at ")
        start, end = bounds.split("–")
        each, flat = terms.split(" + ")
        found.append(
            {
                "from_value": int(start),
                "to_value": None if end == "…" else int(end),
                price: each.removesuffix("%").strip(),
                "flat_amount": flat,
            }
        )
    return found
