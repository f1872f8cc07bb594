"""Answer one line of charge_models.jsonl with the pure core, and name the figures that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from billing.aggregation import (
    Advance,
    ChargePeriod,
    Event,
    Metric,
    aggregate,
    in_advance,
)
from billing.pricing import Entry, PricedCharge, Usage, price, price_in_advance, price_instant
from tests.golden.adapters.aggregations import exclusive
from tests.golden.adapters.lines import Line, decimal_of, difference, lines_of, rounded_as

CURRENCY = "EUR"
PAID_FEATURES = ("per_transaction_min_amount", "per_transaction_max_amount")
"""What the free licence of the source ignores; this product has no licence to ask for."""

A_DAY = datetime(2024, 1, 1, tzinfo=UTC)
A_MONTH = ChargePeriod(A_DAY, A_DAY + timedelta(days=31), 31)
"""Where the events of a line without moments happen, a minute apart."""


def lines() -> list[Line]:
    """Return all lines of charge_models.jsonl."""
    return lines_of("charge_models.jsonl")


def differences(line: Line) -> list[str]:
    """Return what the core answers otherwise than `line`; an absent figure is not asserted."""
    priced = _priced(line)
    places, rounding = line.get("expected_precision"), line.get("expected_rounding", "half_up")
    found = difference(
        "amount", line["expected_amount"], rounded_as(priced.amount, places, rounding)
    )
    if "expected_amount_cents" in line:
        found += difference("cents", line["expected_amount_cents"], priced.amount_cents)
    if "expected_unit_amount" in line:
        unit_amount = rounded_as(priced.unit_amount, line.get("expected_unit_amount_precision"))
        found += difference("unit amount", line["expected_unit_amount"], unit_amount)
    if "expected_units" in line:
        found += difference("units", line["expected_units"], priced.units)
    return found + _detail_differences(line.get("expected_details"), priced.details)


def _priced(line: Line) -> PricedCharge:
    model, properties = _model_and_properties(line)
    is_prorated = line["model"] == "prorated_graduated" or bool(line.get("prorated"))
    match line.get("mode", "period"):
        case "instant":
            return price_instant(model, properties, decimal_of(line["units"]), CURRENCY)
        case "pay_in_advance":
            return price_in_advance(model, properties, _advance(line), CURRENCY)
        case "period":
            return price(model, properties, _usage(line), CURRENCY, is_prorated=is_prorated)
        case mode:
            raise AssertionError(f"an unknown mode: {mode}")


def _model_and_properties(line: Line) -> tuple[str, Mapping[str, Any]]:
    properties = {
        key: value for key, value in (line["properties"] or {}).items() if value is not None
    }
    if "non_premium" in line["tags"]:
        properties = {key: value for key, value in properties.items() if key not in PAID_FEATURES}
    return line["model"].removeprefix("prorated_"), properties


def _usage(line: Line) -> Usage:
    """Return the usage that a line states, worked out from its events where they have moments."""
    if _has_moments(line):
        return aggregate(
            _metric(line), _events(line), _period(line), is_prorated=bool(line.get("prorated"))
        )
    units = decimal_of(line["units"])
    values = _values(line)
    full = line.get("full_units")
    is_count = line.get("aggregation_type") in ("count_agg", "unique_count_agg")
    return Usage(
        units=units,
        full_units=None if full is None else decimal_of(full),
        events_count=line.get("events_count", int(units) if is_count else len(values)),
        values=values,
        entries=_entries(line),
        precise_total_amount_cents=_cents(line),
        is_count=is_count,
    )


def _values(line: Line) -> tuple[Decimal, ...]:
    """Return what each event is worth; a line of units alone is a single event of them."""
    if "events" in line:
        return tuple(decimal_of(value) for value in line["events"])
    units = decimal_of(line["units"])
    return (units,) if units and line.get("events_count", 1) == 1 else ()


def _entries(line: Line) -> tuple[Entry, ...]:
    if "events_prorated" not in line:
        return ()
    pairs = zip(line["events"], line["events_prorated"], strict=True)
    return tuple(Entry(decimal_of(full), Fraction(decimal_of(owed))) for full, owed in pairs)


def _cents(line: Line) -> Decimal:
    if "precise_total_amount_cents" in line:
        return decimal_of(line["precise_total_amount_cents"])
    stated = line.get("events_precise_total_amount_cents") or []
    return sum((decimal_of(cents) for cents in stated), Decimal(0))


def _advance(line: Line) -> Advance:
    """Return what the last event of a line adds to those before it."""
    *earlier, last = _events(line)
    return in_advance(
        _metric(line), earlier, last, _period(line), is_prorated=bool(line.get("prorated"))
    )


def _has_moments(line: Line) -> bool:
    return "period_from" in line and ("events_at" in line or "unique_events" in line)


def _period(line: Line) -> ChargePeriod:
    if "period_from" not in line:
        return A_MONTH
    zone = ZoneInfo(line.get("timezone") or "UTC")
    start_at = datetime.fromisoformat(line["period_from"])
    end_at = exclusive(line["period_to"])
    last_on = (end_at - timedelta(microseconds=1)).astimezone(zone).date()
    days = (last_on - start_at.astimezone(zone).date()).days + 1
    return ChargePeriod(start_at, end_at, line.get("period_days") or days, zone)


def _metric(line: Line) -> Metric:
    kind = "unique_count_agg" if "unique_events" in line else "sum_agg"
    return Metric(line.get("aggregation_type", kind), "value", bool(line.get("recurring")))


def _events(line: Line) -> list[Event]:
    if "unique_events" in line:
        return [
            Event(
                datetime.fromisoformat(each["at"]),
                {"value": each["id"], "operation_type": each.get("operation_type", "add")},
                order=order,
            )
            for order, each in enumerate(line["unique_events"])
        ]
    values = line["events"] if "events" in line else [line["units"]]
    start_at = _period(line).start_at
    moments = line.get("events_at") or [
        (start_at + timedelta(minutes=order)).isoformat() for order in range(len(values))
    ]
    alone = [*[None] * len(values), line.get("precise_total_amount_cents")][-len(values) :]
    cents = line.get("events_precise_total_amount_cents") or (alone if values else [])
    given = zip(values, moments, cents, strict=True)
    return [
        Event(
            datetime.fromisoformat(moment),
            {"value": str(value)},
            order=order,
            precise_total_amount_cents=None if stated is None else decimal_of(stated),
        )
        for order, (value, moment, stated) in enumerate(given)
    ]


def _detail_differences(expected: Any, found: Any) -> list[str]:
    """Compare the rows of the breakdown; a table is compared row by row."""
    if expected is None:
        return []
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        rows = next(iter(found.values()))
        if len(rows) != len(expected):
            return [f"details: expected {len(expected)} rows, found {len(rows)}"]
        pairs = zip(expected, rows, strict=True)
        return [problem for want, have in pairs for problem in _detail_differences(want, have)]
    missing = [f"details: no {key}" for key in expected if key not in found]
    return missing + [
        problem
        for key, value in expected.items()
        if key in found
        for problem in difference(f"details {key}", value, found[key])
    ]
