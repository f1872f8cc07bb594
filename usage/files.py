"""Files of events: what a line says, or why it is rejected."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from billing.errors import Sentence
from usage.incoming import IncomingEvent, moment_of

COLUMNS = ("transaction_id", "external_subscription_id", "code", "timestamp", "properties")
FLIGHT_COLUMNS = (
    "scheduled_at",
    "carrier",
    "flight",
    "origin",
    "tail_number",
    "miles",
    "departure_delay_minutes",
)
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that holds no event, and why in plain words. The line of the column names is 1."""

    line: int
    why: str


Read = Iterator[Sequence[IncomingEvent] | Rejected]


class UnreadableFile(Exception):
    """The file as a whole is not what it should be; says why."""


def read_events(lines: Iterable[str]) -> Read:
    """Read CSV with the columns of `COLUMNS`: Unix seconds or ISO 8601, properties as a JSON object.

    A further column ``precise_total_amount_cents`` may be there. Yields a list of one event, or what is
    wrong, for each line. Raises UnreadableFile without the columns.
    """
    rows, at = _rows(lines, COLUMNS)
    first, owner, code, moment, properties = (at[name] for name in COLUMNS)
    cents = at.get("precise_total_amount_cents")
    for number, row in rows:
        try:
            yield [
                IncomingEvent(
                    _text(row[first], "transaction_id"),
                    _text(row[code], "code"),
                    _text(row[owner], "external_subscription_id"),
                    _moment(row[moment]),
                    _properties(row[properties]),
                    Decimal(row[cents]) if cents is not None and row[cents] else None,
                    row[properties] or None,
                )
            ]
        except IndexError:
            yield Rejected(number, Sentence("the line has too few columns"))
        except ArithmeticError:
            yield Rejected(number, Sentence("precise_total_amount_cents is not a number"))
        except ValueError as error:
            yield Rejected(number, error.args[0])


def read_flights(lines: Iterable[str], *, until: datetime) -> Read:
    """Read flights, up to those scheduled at `until`, as the events that an airport bills for.

    Each is a departure with its miles; with a tail number it shows an aircraft, with a positive delay its
    minutes, and without any delay it was cancelled. Yields the events of each line, or what is wrong.
    """
    rows, at = _rows(lines, FLIGHT_COLUMNS)
    columns = [at[name] for name in FLIGHT_COLUMNS]
    for number, row in rows:
        try:
            flight = dict(zip(FLIGHT_COLUMNS, (row[column] for column in columns), strict=True))
            moment = _iso(flight["scheduled_at"])
            if moment <= until:
                yield _flight_events(flight, moment)
        except IndexError:
            yield Rejected(number, Sentence("the line has too few columns"))
        except ValueError as error:
            yield Rejected(number, error.args[0])


def _flight_events(flight: Mapping[str, str], moment: datetime) -> list[IncomingEvent]:
    carrier, delay = _text(flight["carrier"], "carrier"), flight["departure_delay_minutes"]
    metrics: dict[str, Mapping[str, object]] = {
        "departures": {"origin": _text(flight["origin"], "origin")},
        "miles": {"miles": _whole(flight["miles"], "miles")},
    }
    if flight["tail_number"]:
        metrics["aircraft"] = {"tail_number": flight["tail_number"]}
    if not delay:
        metrics["cancellations"] = {}
    elif (minutes := _whole(delay, "departure_delay_minutes")) > 0:
        metrics["worst_delay"] = {"minutes": minutes}
    name = f"{flight['scheduled_at']}-{carrier}-{flight['flight']}-{flight['origin']}"
    return [
        IncomingEvent(f"{name}-{metric}", metric, f"{carrier}-airport", moment, properties)
        for metric, properties in metrics.items()
    ]


READERS: Mapping[str, Callable[..., Read]] = {"csv": read_events, "flights": read_flights}


def _rows(
    lines: Iterable[str], wanted: Sequence[str]
) -> tuple[Iterator[tuple[int, list[str]]], Mapping[str, int]]:
    """Return the rows with their line numbers, and where each column stands."""
    reader = csv.reader(lines)
    names = [name.strip().removeprefix("\ufeff") for name in next(reader, [])]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise UnreadableFile(
            Sentence(
                "The first line does not name the column {columns}.", columns=", ".join(missing)
            )
        )
    return _numbered(reader), {name: place for place, name in enumerate(names)}


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for row in reader:
        if row:
            yield reader.line_num, row  # type: ignore[attr-defined]


def _text(value: str, name: str) -> str:
    if not value or value.isspace():
        raise ValueError(Sentence("{name} is missing", name=name))
    if len(value) > LONGEST:
        raise ValueError(
            Sentence("{name} is longer than {most} characters", name=name, most=LONGEST)
        )
    if "\x00" in value:
        raise ValueError(Sentence("{name} holds a NUL character", name=name))
    return value


def _moment(value: str) -> datetime:
    try:
        return moment_of(value)
    except ValueError:
        return _iso(value)


def _iso(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        refusal = Sentence("timestamp {value!r} is neither Unix seconds nor ISO 8601", value=value)
        raise ValueError(refusal) from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)


def _whole(value: str, name: str) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise ValueError(
            Sentence("{name} {value!r} is not a whole number", name=name, value=value)
        ) from error


def _properties(value: str) -> Mapping[str, object]:
    if not value:
        return {}
    try:
        found = _JSON.decode(value)
    except (ValueError, RecursionError) as error:
        raise ValueError(Sentence("properties are not JSON")) from error
    if not isinstance(found, dict):
        raise ValueError(Sentence("properties are not a JSON object"))
    if "\\u" in value:
        _check_texts(found)
    return found


def _check_texts(value: object) -> None:
    shown = json.dumps(value, default=str, ensure_ascii=False)
    if "\\u0000" in shown:
        raise ValueError(Sentence("properties hold a NUL character"))
    try:
        shown.encode()
    except UnicodeEncodeError as error:
        raise ValueError(Sentence("properties hold half a character")) from error


def _refuse(value: str) -> float:
    raise ValueError(value)


_JSON = json.JSONDecoder(parse_constant=_refuse)
