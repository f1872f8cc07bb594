"""Short ways to write events and usage in the tests of aggregation and pricing."""

from __future__ import annotations

from decimal import Decimal

from billing.aggregation import ChargePeriod, Event, Metric, in_advance
from billing.pricing import PricedCharge, Usage, price, price_in_advance
from tests.billing.given import utc

SUM = Metric("sum_agg", "value")
COUNT = Metric("count_agg")
UNIQUE = Metric("unique_count_agg", "value")
SEATS = Metric("sum_agg", "value", is_recurring=True)
USERS = Metric("unique_count_agg", "value", is_recurring=True)

MARCH = ChargePeriod(utc("2024-03-01"), utc("2024-04-01"), 31)


def event(at: str, value: object = None, order: int = 0, **properties: object) -> Event:
    """Return an event that carries `value`."""
    return Event(utc(at), {"value": value, **properties}, order=order)


def day_by_day(*values: object) -> list[Event]:
    """Return an event for each value, on the first days of March."""
    return [event(f"2024-03-{day:02}", value) for day, value in enumerate(values, 1)]


def used(*values: int | str) -> Usage:
    """Return the usage of events that carry `values`."""
    numbers = tuple(Decimal(value) for value in values)
    return Usage(units=sum(numbers, Decimal(0)), events_count=len(numbers), values=numbers)


def units(value: int | str) -> Usage:
    """Return so many units."""
    return Usage(units=Decimal(value))


def cents(model: str, properties: dict[str, object], usage: Usage) -> int:
    """Return what `usage` costs, in cents."""
    return price(model, properties, usage, "EUR").amount_cents


def fees(
    model: str, properties: dict[str, object], metric: Metric, events: list[Event]
) -> list[PricedCharge]:
    """Return the fee of each event of March when it is paid in advance."""
    return [
        price_in_advance(model, properties, in_advance(metric, events, each, MARCH), "EUR")
        for each in events
    ]


def tiers(
    *rows: tuple[int, int | None, str, str], price: str = "per_unit_amount"
) -> list[dict[str, object]]:
    """Return a table of ranges from rows of start, end, price and flat amount."""
    return [
        {"from_value": start, "to_value": end, price: each, "flat_amount": flat}
        for start, end, each, flat in rows
    ]
