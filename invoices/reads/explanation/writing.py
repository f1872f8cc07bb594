"""How amounts, prices and units are written in an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billing.money import exponent
from console import formats
from invoices.models import Fee

Row = dict[str, Any]
Step = Mapping[str, Any]


def cents(fee: Fee, cents: Any) -> str:
    """Write minor units that may have decimals."""
    currency = fee.amount_currency
    return formats.price(short(Decimal(str(cents)).scaleb(-exponent(currency))), currency)


def price(fee: Fee, amount: Any) -> str:
    """Write a unit price or an amount in currency units."""
    return formats.price(short(Decimal(str(amount))), fee.amount_currency)


def short(value: Decimal) -> Decimal:
    """Cut superfluous decimals: nobody reads more than six."""
    return value.quantize(Decimal("0.000001")) if -value.as_tuple().exponent > 6 else value  # type: ignore[operator]


def units(value: Any) -> str:
    """Write units."""
    return formats.units(short(Decimal(str(value))))


def other(fee: Fee, step: Step) -> list[Row]:
    """Show a step that has no words of its own as it is stored."""
    detail = ", ".join(f"{key}: {value}" for key, value in step.items() if key != "step")
    return [{"label": str(step.get("step", "")).replace("_", " ").capitalize(), "detail": detail}]
