"""The figures of the policy's sections about usage: from events to units, from units to amounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from billing.aggregation import ChargePeriod, Event, Metric, aggregate, best_filter
from billing.aggregation.rounding import rounded
from billing.commitments import minimum_commitment, spending_minimum
from billing.expressions import evaluate
from billing.fixed_charges import (
    UnitsChange,
    prorated_units,
    prorated_units_in_arrears,
    units_in_arrears,
    units_of_increase,
)
from billing.periods import Period, days
from billing.pricing import Usage, price
from tests.billing.given import terms, utc
from tests.billing.usages import MARCH, SEATS, cents, event, fees, tiers, units, used
from tests.docs.policy import Row, euros, figures, parts, ranges
from tests.docs.policy import cents as read_cents

ZERO = Decimal(0)


def amount(model: str, properties: dict[str, object], usage: Usage) -> dict[str, str]:
    return {"Amount": euros(cents(model, properties, usage))}


@figures("standard")
def standard(row: Row) -> dict[str, str]:
    return amount("standard", {"amount": row["Price"]}, units(row["Units"]))


@figures("graduated")
def graduated(row: Row) -> dict[str, str]:
    return amount("graduated", {"graduated_ranges": ranges(row["Ranges"])}, units(row["Units"]))


@figures("package")
def package(row: Row) -> dict[str, str]:
    size, free = int(row["Package"]), int(row["Free"])
    properties = {"amount": row["Price"], "package_size": size, "free_units": free}
    opened = -(-max(int(row["Units"]) - free, 0) // size)
    return amount("package", properties, units(row["Units"])) | {"Packages": str(opened)}


@figures("percentage")
def percentage(row: Row) -> dict[str, str]:
    properties: dict[str, object] = {"rate": row["Rate"], "fixed_amount": row["Fixed"]}
    if row["Free events"] != "–":
        properties["free_units_per_events"] = int(row["Free events"])
    if row["Free sum"] != "–":
        properties["free_units_per_total_aggregation"] = row["Free sum"]
    return amount("percentage", properties, used(*parts(row["Events"])))


@figures("percentage-limits")
def percentage_limits(row: Row) -> dict[str, str]:
    properties = {
        "rate": row["Rate"],
        "fixed_amount": row["Fixed"],
        "per_transaction_min_amount": row["Least"],
        "per_transaction_max_amount": row["Greatest"],
    }
    return amount("percentage", properties, used(*parts(row["Events"])))


@figures("volume")
def volume(row: Row) -> dict[str, str]:
    return amount("volume", {"volume_ranges": ranges(row["Ranges"])}, units(row["Units"]))


@figures("graduated-percentage")
def graduated_percentage(row: Row) -> dict[str, str]:
    table = ranges(row["Ranges"], price="rate")
    properties = {"graduated_percentage_ranges": table}
    return amount("graduated_percentage", properties, units(row["Units"]))


@figures("dynamic")
def dynamic(row: Row) -> dict[str, str]:
    stated = [Decimal(part) for part in parts(row["Stated amounts (cents)"])]
    usage = Usage(units=Decimal(len(stated)), precise_total_amount_cents=sum(stated, ZERO))
    return amount("dynamic", {}, usage)


@figures("filters")
def filters(row: Row) -> dict[str, str]:
    known = [
        {"region": ["eu"]},
        {"region": ["eu"], "tier": ["gold"]},
        {"region": ["__ALL_FILTER_VALUES__"]},
    ]
    properties = dict(pair.split("=") for pair in parts(row["Event"]))
    found = best_filter(properties, known, {"region": ["eu", "us"], "tier": ["gold"]})
    return {"Priced by": "the charge" if found is None else "ABC"[found]}


@figures("aggregations")
def aggregations(row: Row) -> dict[str, str]:
    metric = Metric(f"{row['Aggregation'].replace(' ', '_')}_agg", "value")
    found = aggregate(metric, _moves(row["Values of the events"]), MARCH)
    return {"Units": f"{found.units.normalize():f}"}


def _moves(text: str) -> list[Event]:
    """Events of successive days; ``remove ann`` takes a value away."""
    found = []
    for number, part in enumerate(parts(text), 1):
        *verb, value = part.split()
        operation = {"operation_type": "remove"} if verb else {}
        found.append(event(f"2024-03-{number:02}", value, **operation))
    return found


@figures("weighted-sum")
def weighted_sum(row: Row) -> dict[str, str]:
    start, end = (utc(part) for part in row["Period"].split(" to "))
    changes = []
    for part in parts(row["Changes (moment: by)"], ";"):
        moment, value = part.rsplit(": ", 1)
        changes.append(event(moment, value))
    metric = Metric("weighted_sum_agg", "value")
    found = aggregate(metric, changes, ChargePeriod(start, end, (end - start).days))
    return {
        "Units": f"{found.units:.5f}",
        "At 1.00": euros(cents("standard", {"amount": "1"}, found)),
    }


@figures("unit-rounding")
def unit_rounding(row: Row) -> dict[str, str]:
    metric = Metric(
        "sum_agg", rounding_function=row["Function"], rounding_precision=int(row["Decimals"])
    )
    return {"Rounded": f"{rounded(Decimal(row['Units']), metric):f}"}


@figures("expressions")
def expressions(row: Row) -> dict[str, str]:
    properties = dict(pair.split("=") for pair in parts(row["Properties"]))
    value = evaluate(row["Expression"], Event(utc("2024-03-01"), properties))
    return {"Value": value if isinstance(value, str) else f"{value.normalize():f}"}


def _seats(text: str, start: datetime) -> list[Event]:
    """Changes of a month: ``before: 4; 16: 2``."""
    found = []
    for part in parts(text, ";"):
        day, change = part.split(": ")
        at = start - timedelta(days=1) if day == "before" else start.replace(day=int(day))
        found.append(Event(at, {"value": change}))
    return found


def _month(text: str) -> ChargePeriod:
    start = datetime.fromisoformat(f"{text}-01").replace(tzinfo=UTC)
    end = (start + timedelta(days=31)).replace(day=1)
    return ChargePeriod(start, end, (end - start).days)


@figures("prorated")
def prorated(row: Row) -> dict[str, str]:
    month = _month(row["Month"])
    changes = _seats(row["Seats (day: change)"], month.start_at)
    found = aggregate(SEATS, changes, month, is_prorated=True)
    priced = price("standard", {"amount": row["Price"]}, found, "EUR", is_prorated=True)
    return {
        "Seats at the end": f"{found.shown_units:f}",
        "Billed units": f"{found.units:.5f}",
        "Amount": euros(priced.amount_cents),
    }


@figures("prorated-graduated")
def prorated_graduated(row: Row) -> dict[str, str]:
    table = tiers((0, 5, "10", "100"), (6, 15, "5", "50"), (16, None, "2", "0"))
    month = _month("2023-09")
    changes = _seats(row["Seats (day: change)"], month.start_at)
    found = aggregate(SEATS, changes, month, is_prorated=True)
    priced = price("graduated", {"graduated_ranges": table}, found, "EUR", is_prorated=True)
    return {"Amount": euros(priced.amount_cents)}


IN_ADVANCE: dict[str, tuple[str, dict[str, object]]] = {
    "standard 1": ("standard", {"amount": "1"}),
    "standard 12": ("standard", {"amount": "12"}),
    "package of 2 at 100, 3 free": (
        "package",
        {"amount": "100", "package_size": 2, "free_units": 3},
    ),
    "graduated 0–5 at 0.02 + 0.01; 6–… at 0.01 + 0.01": (
        "graduated",
        {"graduated_ranges": ranges("0–5 at 0.02 + 0.01; 6–… at 0.01 + 0.01")},
    ),
    "percentage 5, fixed 1, free sum 120": (
        "percentage",
        {"rate": "5", "fixed_amount": "1", "free_units_per_total_aggregation": "120"},
    ),
}


@figures("in-advance")
def in_advance(row: Row) -> dict[str, str]:
    metric = Metric(f"{row['Aggregation'].replace(' ', '_')}_agg", "value")
    made = fees(*IN_ADVANCE[row["Charge"]], metric, _moves(row["Events"]))
    return {"Fees": ", ".join(euros(each.amount_cents) for each in made)}


@figures("spending-minimum")
def minimum(row: Row) -> dict[str, str]:
    found = spending_minimum(
        read_cents(row["Minimum"]),
        used_cents=read_cents(row["Used"]),
        days=int(row["Days"]),
        period_days=int(row["Of"]),
    )
    return {"Added": euros(found.amount_cents)}


@figures("commitments")
def commitments(row: Row) -> dict[str, str]:
    found = minimum_commitment(
        read_cents(row["Commitment"]),
        used_cents=read_cents(row["Billed"]),
        days=int(row["Days"]),
        period_days=int(row["Of"]),
    )
    return {"Added": euros(found.amount_cents)}


@figures("fixed-units")
def fixed_units(row: Row) -> dict[str, str]:
    start, end = (utc(part) for part in row["Period"].split(" to "))
    period, zone = Period(start, end), terms("2024-03-01").zone
    whole = days(period, zone)
    changes = []
    for part in parts(row["Units (from: number)"], ";"):
        moment, number = part.split(": ")
        changes.append(UnitsChange(utc(moment), Decimal(number)))
    increase = units_of_increase(changes[0].units, changes[-1].units)
    left = days(Period(changes[-1].at, end), zone)
    found = {
        "in arrears": units_in_arrears(changes, period),
        "in arrears, prorated": prorated_units_in_arrears(
            changes, period, period_days=whole, zone=zone
        ),
        "in advance, prorated, increase": prorated_units(increase, left, whole),
        "in advance, increase": increase,
    }
    return {"Billed units": f"{found[row['Charge']]:f}"}
