"""How a property of an event is read: as text, and as a number."""

from __future__ import annotations

import json
import re
from decimal import Decimal

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def text(value: object) -> str | None:
    """Return a property as PostgreSQL's ``->>`` shows it: None stays None, true is "true"."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            # Neither PostgreSQL nor a metric knows exponents.
            return format(Decimal(str(value)), "f")


def number(value: object) -> Decimal | None:
    """Return a property as a number, or None if it is absent or does not look like one."""
    found = text(value)
    return Decimal(found) if found is not None and _NUMBER.fullmatch(found) else None
