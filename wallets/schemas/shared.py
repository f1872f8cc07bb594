"""What the shapes of wallets share."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from wallets.credits import parse_credits


class PairIn(In):
    """A key and its value, noted beside a transaction."""

    key: str | None = None
    value: str | None = None


class PaymentMethodOut(TypedDict):
    """How a purchase is paid: as the customer pays."""

    payment_method_id: str | None
    payment_method_type: str


def pairs(given: Iterable[PairIn] | None) -> tuple[dict[str, str], ...]:
    """Return pairs as they are stored; those without a key are dropped."""
    return tuple({"key": pair.key, "value": pair.value or ""} for pair in given or () if pair.key)


def credits_of(given: Any, field: str) -> Decimal:
    """Read credits of a request; absent or null: none. Raises Invalid."""
    return Decimal(0) if given is None else parse_credits(given, field)


def payment_method() -> PaymentMethodOut:
    """Show the payment method, which is always the customer's own."""
    return {"payment_method_id": None, "payment_method_type": "provider"}
