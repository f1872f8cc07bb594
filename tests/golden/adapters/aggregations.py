"""Answer one line of aggregations.jsonl with the pure core, and name the figures that differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.aggregation import (
    Aggregated,
    ChargePeriod,
    Event,
    Group,
    Metric,
    aggregate,
    aggregate_by_group,
    aggregate_in_advance,
    group_of,
    in_advance,
    matches,
)
from billing.aggregation.reading import position
from billing.expressions import with_expression
from billing.pricing import Usage, price
from billing.pricing.free_usage import running_totals
from tests.golden.adapters.lines import Line, decimal_of, difference, lines_of, rounded_as


def lines() -> list[Line]:
    """Return all lines of aggregations.jsonl."""
    return lines_of("aggregations.jsonl")


def differences(line: Line) -> list[str]:
    """Return what the core answers otherwise than `line`; an absent figure is not asserted."""
    found = [problem for check in CHECKS for problem in check(line, _case(line))]
    assert any(key.startswith("expected_") for key in line), "the line expects nothing"
    return found


@dataclass(frozen=True)
class Case:
    """A line as the core takes it. `events` are those that pass the filters, in order."""

    metric: Metric
    period: ChargePeriod
    all_events: tuple[Event, ...]
    events: tuple[Event, ...]
    is_prorated: bool
    carried: Decimal | None

    def whole(self) -> Aggregated:
        """Return what the period amounts to at its end."""
        return aggregate(
            self.metric,
            self.events,
            self.period,
            is_prorated=self.is_prorated,
            carried=self.carried,
        )


def _case(line: Line) -> Case:
    metric = Metric(
        line["aggregation_type"],
        line.get("field_name"),
        bool(line.get("recurring")),
        line.get("rounding_function"),
        line.get("rounding_precision"),
    )
    start_at = datetime.fromisoformat(line["period_from"])
    end_at = exclusive(line["period_to"])
    zone = ZoneInfo(line.get("timezone") or "UTC")
    days = (end_at - timedelta(microseconds=1)).astimezone(zone).date()
    natural_days = (days - start_at.astimezone(zone).date()).days + 1
    period = ChargePeriod(start_at, end_at, line.get("period_days") or natural_days, zone)
    events = tuple(sorted(_events(line), key=position))
    wanted = {key: _listed(values) for key, values in (line.get("filters") or {}).items()}
    initial = line.get("initial_value")
    return Case(
        metric,
        period,
        events,
        tuple(event for event in events if matches(event.properties, wanted)),
        bool(line.get("prorated")),
        None if initial is None else decimal_of(initial),
    )


def exclusive(text: str) -> datetime:
    """Read an inclusive end: whole seconds are a second wide, others a millisecond."""
    moment = datetime.fromisoformat(text)
    return moment + (timedelta(milliseconds=1) if moment.microsecond else timedelta(seconds=1))


def _events(line: Line) -> list[Event]:
    found = []
    for order, given in enumerate(line["events"]):
        cents = given.get("precise_total_amount_cents")
        event = Event(
            at=datetime.fromisoformat(given["timestamp"]),
            properties=given.get("properties") or {},
            transaction_id=given.get("transaction_id", ""),
            order=order,
            precise_total_amount_cents=None if cents is None else decimal_of(cents),
            code=given.get("code", ""),
        )
        found.append(with_expression(event, line.get("expression"), line.get("field_name")))
    return found


def _listed(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else [str(values)]


def _units(line: Line, case: Case) -> Decimal:
    """Return the aggregated value in the mode of the line."""
    match line.get("mode"):
        case "pay_in_advance":
            return _last_share(case)
        case "current_usage_pay_in_advance":
            return _paid_so_far(case).units
        case "billing_pay_in_advance":
            return replace_prorated(case, False).whole().units
        case _:
            return case.whole().units


def _last_share(case: Case) -> Decimal:
    """Return what the last event adds, if it passes the filters."""
    last = case.all_events[-1]
    if last not in case.events:
        return Decimal(0)
    return in_advance(
        case.metric,
        case.events,
        last,
        case.period,
        is_prorated=case.is_prorated,
        carried=case.carried,
    ).billable_units


def _paid_so_far(case: Case) -> Aggregated:
    return aggregate_in_advance(
        case.metric,
        case.events,
        case.period,
        is_prorated=case.is_prorated,
        carried=case.carried,
    )


def replace_prorated(case: Case, is_prorated: bool) -> Case:
    """Return `case` with or without proration."""
    return replace(case, is_prorated=is_prorated)


def _check_units(line: Line, case: Case) -> list[str]:
    if line.get("expected_aggregation") is None:
        return []
    found = rounded_as(_units(line, case), line.get("expected_precision"))
    return difference("aggregation", line["expected_aggregation"], found)


def _check_counts(line: Line, case: Case) -> list[str]:
    whole = (
        _paid_so_far(case) if line.get("mode") == "current_usage_pay_in_advance" else case.whole()
    )
    found = {
        "expected_events_count": whole.events_count,
        "expected_current_usage_units": whole.shown_units,
        "expected_total_aggregated_units": whole.total_aggregated_units,
        "expected_precise_total_amount_cents": whole.precise_total_amount_cents,
    }
    return [
        problem
        for key, value in found.items()
        if key in line
        for problem in difference(key, line[key], value)
    ]


def _check_running_totals(line: Line, case: Case) -> list[str]:
    if "expected_running_total" not in line:
        return []
    options = line.get("options") or {}
    found = running_totals(
        case.whole(),
        int(options.get("free_units_per_events") or 0),
        decimal_of(options.get("free_units_per_total_aggregation") or 0),
    )
    expected = tuple(decimal_of(value) for value in line["expected_running_total"])
    return [] if found == expected else [f"running totals: expected {expected}, found {found}"]


def _groups(line: Line, case: Case, keys: Sequence[str]) -> Mapping[Group, Aggregated]:
    initials = {
        _group(each["grouped_by"], keys): decimal_of(each["value"])
        for each in line.get("initial_values") or []
    }
    if line.get("mode") in ("pay_in_advance", "current_usage_pay_in_advance"):
        return _advance_groups(line, case, keys)
    return dict(
        aggregate_by_group(
            case.metric,
            case.events,
            case.period,
            keys,
            is_prorated=case.is_prorated and line.get("mode") != "billing_pay_in_advance",
            carried=initials or None,
        )
    )


def _advance_groups(line: Line, case: Case, keys: Sequence[str]) -> Mapping[Group, Aggregated]:
    """Return each group's units paid in advance, or the last event's own in its group."""
    found = {}
    for group in {group_of(event, keys) for event in case.events}:
        members = tuple(event for event in case.events if group_of(event, keys) == group)
        part = replace(case, events=members, all_events=members)
        paid = _paid_so_far(part)
        is_last = line["mode"] == "pay_in_advance"
        found[group] = replace(paid, units=_last_share(part)) if is_last else paid
    return found


def _group(values: Mapping[str, object], keys: Sequence[str]) -> Group:
    return tuple((key, None if values.get(key) is None else str(values[key])) for key in keys)


def _check_groups(line: Line, case: Case) -> list[str]:
    if "expected_groups" not in line:
        return []
    keys, places = line["grouped_by"], line.get("expected_precision")
    found = _groups(line, case, keys)
    expected = {_group(each["grouped_by"], keys): each for each in line["expected_groups"]}
    if set(found) != set(expected):
        return [f"groups: expected {sorted(map(str, expected))}, found {sorted(map(str, found))}"]
    problems = []
    for group, want in expected.items():
        have = found[group]
        figures = {
            "aggregation": rounded_as(have.units, places),
            "events_count": have.events_count,
            "full_units": have.shown_units,
            "current_usage_units": have.shown_units,
            "total_aggregated_units": have.total_aggregated_units,
            "precise_total_amount_cents": have.precise_total_amount_cents,
        }
        unknown = set(want) - set(figures) - {"grouped_by"}
        assert not unknown, f"unread figures {unknown}"
        for key in set(want) & set(figures):
            problems += difference(f"{group} {key}", want[key], figures[key])
    return problems


def _check_breakdowns(line: Line, case: Case) -> list[str]:
    if "expected_breakdowns" not in line:
        return []
    keys, places = line["presentation_by"], line.get("expected_precision")
    found = {
        group: rounded_as(part.units, places) for group, part in _groups(line, case, keys).items()
    }
    expected = {
        _group(each["groups"], keys): decimal_of(each["value"])
        for each in line["expected_breakdowns"]
    }
    return [] if found == expected else [f"breakdowns: expected {expected}, found {found}"]


def _check_amounts(line: Line, case: Case) -> list[str]:
    """Price the units at the price that the line states, else at 1 per unit."""
    unit_price = str(line.get("expected_unit_price", "1"))
    keys = line.get("grouped_by")
    parts = list(_groups(line, case, keys).values()) if keys else [_part(line, case)]
    cents = sum(
        price("standard", {"amount": unit_price}, part, "EUR").amount_cents for part in parts
    )
    wanted = [
        key for key in ("expected_fee_amount_cents", "expected_total_amount_cents") if key in line
    ]
    return [problem for key in wanted for problem in difference(key, line[key], cents)]


def _part(line: Line, case: Case) -> Usage:
    return Usage(units=_units(line, case))


CHECKS: Sequence[Callable[[Line, Case], list[str]]] = (
    _check_units,
    _check_counts,
    _check_running_totals,
    _check_groups,
    _check_breakdowns,
    _check_amounts,
)
