"""How the properties of a charge are read: decimals that came as strings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from billing.pricing.usage import ZERO

Properties = Mapping[str, object]
"""The `properties` object of a charge as the API takes it."""


def amount_of(properties: Properties, name: str) -> Decimal:
    """Return a decimal property, 0 when it is absent or null."""
    found = bound_of(properties, name)
    return ZERO if found is None else found


def bound_of(properties: Properties, name: str) -> Decimal | None:
    """Return a decimal property, None when it is absent, null or blank."""
    value = properties.get(name)
    return None if value is None or value == "" else Decimal(str(value))


def rows_of(properties: Properties, name: str) -> tuple[Properties, ...]:
    """Return the rows of a table of ranges."""
    rows = properties.get(name) or ()
    return tuple(rows)  # type: ignore[arg-type]
