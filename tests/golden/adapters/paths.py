"""The paths of the scenarios: a small grammar for a value inside a JSON reply.

Keys are joined by dots. ``[n]`` takes an item (negative from the end), ``[key=value]`` and ``[key!=null]`` keep items,
``.length()``, ``.sum(key)`` and ``.sorted(key)`` work on a list. A key right after a list reads its first item.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

NOTHING = object()
"""What a path leads to when there is nothing."""

WORD = re.compile(
    r"\.?(?:\[(?P<index>-?\d+)\]"
    r"|\[(?P<field>[\w.]+)(?P<sign>!?=)(?P<wanted>[^\]]*)\]"
    r"|(?P<function>length|sum|sorted)\((?P<argument>[\w.]*)\)"
    r"|(?P<key>\w+))"
)
NAME = re.compile(r"\{\{(\w+)\}\}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")


def value_at(path: str, document: Any) -> Any:
    """Return what stands at `path` of a reply whose lists are in order, or NOTHING."""
    found, place = document, 0
    while place < len(path):
        word = WORD.match(path, place)
        if word is None:
            raise ValueError(f"{path!r} cannot be read from {path[place:]!r} on")
        if found is NOTHING:
            return NOTHING
        found, place = _step(word, found), word.end()
    return found


def _step(word: re.Match[str], found: Any) -> Any:
    if word["index"]:
        return _item(found, int(word["index"]))
    if word["field"]:
        return _kept(found, word["field"], word["sign"] == "=", word["wanted"])
    if word["function"]:
        return _worked_out(found, word["function"], word["argument"])
    return _member(_item(found, 0) if isinstance(found, list) else found, word["key"])


def _item(found: Any, index: int) -> Any:
    return (
        found[index] if isinstance(found, list) and -len(found) <= index < len(found) else NOTHING
    )


def _member(found: Any, dotted: str) -> Any:
    for key in dotted.split("."):
        if not isinstance(found, dict) or key not in found:
            return NOTHING
        found = found[key]
    return found


def _kept(found: Any, field: str, is_wanted: bool, wanted: str) -> Any:
    if not isinstance(found, list):
        return NOTHING
    return [item for item in found if _is(_member(item, field), wanted) == is_wanted]


def _is(value: Any, wanted: str) -> bool:
    if wanted == "null":
        return value is None or value is NOTHING
    return is_same(wanted, value)


def _worked_out(found: Any, function: str, key: str) -> Any:
    if not isinstance(found, list):
        return NOTHING
    if function == "length":
        return len(found)
    values = [_member(item, key) for item in found]
    if function == "sum":
        return sum((Decimal(str(value)) for value in values), Decimal(0))
    numbers = [_number(value) for value in values]
    if None in numbers:
        return sorted(values, key=str)
    return [value for _, value in sorted(zip(numbers, values, strict=True), key=lambda p: p[0])]


def is_same(expected: Any, found: Any) -> bool:
    """Say whether a found value is the expected one: numbers as decimals, moments to the second."""
    if isinstance(expected, dict) and set(expected) == {"$present"}:
        return (found is not NOTHING and found is not None) == expected["$present"]
    if found is NOTHING:
        return False
    if isinstance(expected, dict) and set(expected) == {"$ne"}:
        return not is_same(expected["$ne"], found)
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return False
        return all(is_same(one, other) for one, other in zip(expected, found, strict=True))
    if isinstance(expected, bool) or isinstance(found, bool):
        return str(expected).lower() == str(found).lower()
    for reading in (_number, _moment):
        one, other = reading(expected), reading(found)
        if one is not None and other is not None:
            return bool(one == other)
    return bool(expected == found)


def _number(value: Any) -> Decimal | None:
    if value is None or value is NOTHING or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or not MOMENT.match(value):
        return None
    try:
        return datetime.fromisoformat(value).replace(microsecond=0)
    except ValueError:
        return None


def filled_in(value: Any, names: dict[str, Any]) -> Any:
    """Put remembered values where ``{{name}}`` stands, in keys too."""
    if isinstance(value, str):
        return NAME.sub(lambda found: str(names[found[1]]), value)
    if isinstance(value, list):
        return [filled_in(one, names) for one in value]
    if isinstance(value, dict):
        return {filled_in(key, names): filled_in(one, names) for key, one in value.items()}
    return value
