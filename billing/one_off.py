"""The lines of a one-off invoice.

Source: docs/billing-policy.md, section "One-off invoices".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.errors import Invalid
from billing.exact import exact
from billing.money import round_to, round_to_cents


@dataclass(frozen=True, slots=True)
class OneOffAmount:
    """Units at a price: the amount in minor units, rounded and with 15 decimals."""

    units: Decimal
    unit_amount_cents: Decimal
    amount_cents: int
    precise_amount_cents: Decimal


@exact
def one_off_amount(
    *,
    add_on_amount_cents: int,
    units: Decimal | None = None,
    unit_amount_cents: Decimal | int | None = None,
) -> OneOffAmount:
    """Price a line: one unit at the add-on's own amount unless the line says otherwise.

    Raises Invalid ``units`` or ``unit_amount_cents``: value_is_out_of_range below zero.
    """
    count = Decimal(1) if units is None else units
    price = Decimal(add_on_amount_cents if unit_amount_cents is None else unit_amount_cents)
    for field, value in (("units", count), ("unit_amount_cents", price)):
        if not value.is_finite() or value < 0:
            raise Invalid({field: ["value_is_out_of_range"]}, "This may not be negative.")
    precise = count * price
    return OneOffAmount(count, price, round_to_cents(precise), round_to(precise, 15))


def check_boundaries(from_at: datetime | None, to_at: datetime | None) -> None:
    """Refuse a span with one end, or with its ends the wrong way round (``boundaries``)."""
    if (from_at is None) != (to_at is None) or (from_at and to_at and from_at > to_at):
        raise Invalid(
            {"boundaries": ["values_are_invalid"]}, "Give both ends, the earlier one first."
        )
