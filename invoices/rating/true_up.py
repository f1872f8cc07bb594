"""The line that adds what a least amount is short of: a spending minimum, a minimum commitment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing.commitments import TrueUp
from billing.money import exponent, round_to
from billing.periods import Period
from invoices.models import Fee
from invoices.rating.line import new_fee


def true_up_fee(
    worked: TrueUp, *, minimum_cents: int, amount_currency: str, period: Period, **columns: Any
) -> Fee:
    """Return the unsaved fee of one unit over what is missing; `columns` are further columns of Fee."""
    amount = Decimal(worked.amount_cents)
    return new_fee(
        units=Decimal(1),
        amount_cents=worked.amount_cents,
        amount_currency=amount_currency,
        precise_amount_cents=amount,
        unit_amount=amount.scaleb(-exponent(amount_currency)),
        period=period,
        explanation=[
            {
                "step": "true_up",
                "minimum_cents": minimum_cents,
                "target_cents": str(round_to(worked.target, 5)),
                "used_cents": worked.used_cents,
                "days": worked.days,
                "period_days": worked.period_days,
            }
        ],
        **columns,
    )
