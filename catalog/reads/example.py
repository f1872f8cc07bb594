"""What some units would cost: the very functions that bill, on a number that somebody types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from billing.pricing import Usage, price
from console import formats
from invoices.models import Fee
from invoices.rating.explain import text
from invoices.reads.explanation import steps_of


@dataclass(frozen=True)
class Example:
    """What units cost: the steps as rows of a table, and the total in minor units."""

    steps: list[dict[str, Any]]
    cents: int
    total: str


def example(model: str, properties: Mapping[str, Any], units: Decimal, currency: str) -> Example:
    """Price `units` as if one event had brought them; no query. Raises Invalid for an unknown model."""
    usage = Usage(units=units, events_count=1 if units else 0, values=(units,) if units else ())
    priced = price(model, properties, usage, currency)
    fee = Fee(
        amount_currency=currency,
        units=priced.units,
        precise_amount_cents=priced.precise_amount_cents,
        precise_unit_amount=priced.unit_amount,
        explanation=[
            {"step": "price", "model": model}
            | {name: text(value) for name, value in asdict(step).items()}  # type: ignore[call-overload]
            for step in priced.steps
        ],
    )
    return Example(steps_of(fee), priced.amount_cents, formats.money(priced.amount_cents, currency))
