"""A line of an invoice before it is stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.lines import Line, TaxTerms
from billing.periods import Period
from invoices.models import Fee
from persistence.ids import new_id


@dataclass(frozen=True, slots=True)
class RatedFee:
    """An unsaved fee, with what the pipeline of the bill must know of it.

    `plans` are the subscription's plan and the plan it overrides. `item` and `span` are what a BilledPeriod
    claims, so that it is never billed again; without them the fee claims nothing by itself.
    """

    fee: Fee
    taxes: tuple[TaxTerms, ...] = ()
    plans: tuple[uuid.UUID, ...] = ()
    metric: uuid.UUID | None = None

    @property
    def line(self) -> Line:
        """The fee as the pure core sees it."""
        fee = self.fee
        return Line(
            key=fee.pk,
            fee_type=fee.fee_type,
            amount_cents=fee.amount_cents,
            precise_amount_cents=fee.precise_amount_cents,
            metric=self.metric,
            charge=fee.charge_id,
            charge_filter=fee.charge_filter_id,
            group=tuple(sorted(fee.grouped_by.items())) or None,
            subscription=fee.subscription_id,
            plans=self.plans,
            taxes=self.taxes,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """A span of an item that an invoice bills; the database lets it be claimed once."""

    subscription: uuid.UUID
    item: uuid.UUID
    span: Period


@dataclass(frozen=True, slots=True)
class Rated:
    """The lines of one subscription on one invoice, and what they claim."""

    fees: tuple[RatedFee, ...]
    claims: tuple[Claim, ...]


def new_fee(
    *,
    amount_cents: int,
    precise_amount_cents: Decimal,
    units: Decimal,
    unit_amount: Decimal,
    period: Period | None,
    details: Mapping[str, Any] | None = None,
    explanation: Sequence[Mapping[str, Any]] = (),
    **columns: Any,
) -> Fee:
    """Return an unsaved fee; `columns` are further columns of Fee."""
    return Fee(
        id=new_id(),
        amount_cents=amount_cents,
        precise_amount_cents=precise_amount_cents,
        units=units,
        precise_unit_amount=unit_amount,
        period=(period.start, period.end) if period is not None else None,
        amount_details=dict(details or {}),
        explanation=list(explanation),
        **columns,
    )
