"""Events as they arrive: what is checked of them before they are stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

from billing.errors import Invalid
from billing.periods import floor_to_millisecond
from usage.identity import event_id, source_of

LONGEST = 255
"""Ids and codes may have so many characters."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LARGEST = Decimal(10) ** 25


class IncomingEvent(NamedTuple):
    """An event that may be stored: ids are texts, the moment has milliseconds.

    `document` are the properties as JSON if they were written so. A tuple, since files make them by the million.
    """

    transaction_id: str
    code: str
    external_subscription_id: str
    at: datetime
    properties: Mapping[str, Any] = {}
    precise_total_amount_cents: Decimal | None = None
    document: str | None = None

    def with_property(self, name: str, value: object) -> IncomingEvent:
        """Return the event with one more property."""
        return self._replace(properties={**self.properties, name: value}, document=None)

    def id_in(self, organization_id: UUID) -> UUID:
        """Return the identity of the event."""
        return event_id(organization_id, self.external_subscription_id, self.transaction_id)

    def source_in(self, organization_id: UUID) -> int:
        """Return the number that stands for its subscription."""
        return source_of(organization_id, self.external_subscription_id)


def incoming(given: Mapping[str, Any], *, at: datetime) -> IncomingEvent:
    """Read an event in the words of the API; without a timestamp it happens at `at`.

    Raises Invalid with every field that is wrong: ``transaction_id`` and ``code`` are mandatory,
    ``timestamp`` is Unix seconds (a number or a text of one), ``properties`` an object.
    """
    errors: dict[str, list[str]] = {}
    texts = {name: _text(given.get(name), name, errors) for name in ("transaction_id", "code")}
    owner = _text(given.get("external_subscription_id"), "external_subscription_id", errors, "")
    moment = _read(moment_of, given.get("timestamp"), "timestamp", errors, at)
    properties = _read(_object, given.get("properties"), "properties", errors, {})
    cents = _read(
        _amount, given.get("precise_total_amount_cents"), "precise_total_amount_cents", errors, None
    )
    if errors:
        raise Invalid(errors, "This event cannot be stored.")
    return IncomingEvent(texts["transaction_id"], texts["code"], owner, moment, properties, cents)


def moment_of(value: object) -> datetime:
    """Return the moment of so many seconds since 1970, or of an ISO 8601 text, cut to milliseconds.

    A text without an offset is UTC. Raises ValueError (``invalid_format``) for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("invalid_format")
    try:
        if isinstance(value, str) and "T" in value:
            return _cut(datetime.fromisoformat(value.strip()))
        milliseconds = (Decimal(str(value).strip()) * 1000).to_integral_value(ROUND_FLOOR)
        return _EPOCH + int(milliseconds) * _MILLISECOND
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise ValueError("invalid_format") from error


def _cut(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return floor_to_millisecond(aware.astimezone(UTC))


def _text(value: object, name: str, errors: dict[str, list[str]], absent: str | None = None) -> str:
    found = "" if value is None else str(value) if isinstance(value, str | int) else None
    if found is None or "\x00" in found:
        errors[name] = ["value_is_invalid"]
    elif not found.strip():
        if absent is None:
            errors[name] = ["value_is_mandatory"]
    elif len(found) > LONGEST:
        errors[name] = ["value_is_too_long"]
    return found or absent or ""


def _read(reader: Any, value: object, name: str, errors: dict[str, list[str]], absent: Any) -> Any:
    if value is None or value == "":
        return absent
    try:
        return reader(value)
    except ValueError as error:
        errors[name] = [str(error)]
        return absent


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("value_is_invalid")
    if "\\u0000" in json.dumps(value, default=str):
        raise ValueError("value_is_invalid")
    return value


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("invalid_amount")
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("invalid_amount") from error
    if not found.is_finite() or abs(found) >= _LARGEST:
        raise ValueError("invalid_amount")
    return found
