"""How values look on the wire, and how they are read from it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from billing.years import FIRST_YEAR, LAST_YEAR

LARGEST = 2**63 - 1
ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)?)?")


def instant(moment: datetime | None) -> str | None:
    """Write a moment in UTC with whole seconds: 2026-11-23T05:46:58Z."""
    return moment and moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_ms(moment: datetime | None) -> str | None:
    """Write a moment in UTC with milliseconds: 2026-11-23T05:46:58.123Z."""
    if moment is None:
        return None
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def day(civil: date | None) -> str | None:
    """Write a civil day: 2026-11-23."""
    return civil and civil.isoformat()


def decimal(value: Decimal | int | None) -> str | None:
    """Write a decimal as text with at least one decimal: 10.0, 0.05."""
    if value is None:
        return None
    text = f"{Decimal(value):f}"
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def number(value: Decimal | None) -> float | None:
    """Write a rate as a JSON number: 20.0."""
    return None if value is None else float(value)


def _read_instant(value: Any) -> Any:
    if value is None or isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not ISO.fullmatch(value.strip()):
        raise PydanticCustomError("invalid_date", "not an ISO 8601 date")
    try:
        moment = datetime.fromisoformat(value.strip())
        aware = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("invalid_date", "not an ISO 8601 date") from error
    if not FIRST_YEAR <= aware.year <= LAST_YEAR:
        raise PydanticCustomError("invalid_date", "too long ago or too far ahead")
    return aware


def _read_day(value: Any) -> Any:
    moment = _read_instant(value)
    return moment.date() if isinstance(moment, datetime) else moment


def _read_decimal(value: Any) -> Any:
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("value_is_invalid", "not a number")
    try:
        read = Decimal(str(value).strip())
    except (InvalidOperation, ValueError) as error:
        raise PydanticCustomError("value_is_invalid", "not a number") from error
    if not read.is_finite():
        raise PydanticCustomError("value_is_invalid", "not a number")
    if read and not -30 <= read.adjusted() < 24:
        raise PydanticCustomError("value_is_out_of_range", "too large or too small")
    return read


Instant = Annotated[
    datetime,
    BeforeValidator(_read_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[
    date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})
]
Number = Annotated[
    Decimal,
    BeforeValidator(_read_decimal),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
Integer = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
