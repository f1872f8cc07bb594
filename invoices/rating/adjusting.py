"""Lines that an operator has adjusted: each keeps how it was worked out, and what was made of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from billing.adjustments import Computed, Rule, adjust
from billing.pricing import PricedCharge, Usage, price
from catalog.models import Charge, ChargeFilter, FixedCharge
from invoices.models import AdjustedFee, Fee
from invoices.models.adjustment import item_of
from invoices.rating.explain import explain_adjustment
from invoices.rating.facts import SubscriptionFacts
from invoices.rating.line import RatedFee

Reprice = Callable[[Decimal], PricedCharge]


def adjusted(
    facts: SubscriptionFacts,
    rated: RatedFee,
    *,
    priced_by: Charge | FixedCharge | None = None,
    chosen: ChargeFilter | None = None,
) -> RatedFee:
    """Return a line with the adjustment that the occasion brings for it, if there is one.

    `priced_by` is the charge whose model prices units, with the properties of the filter `chosen`.
    """
    row = _adjustment_of(facts, rated.fee)
    if row is None:
        return rated
    reprice = None if priced_by is None else _reprice(rated.fee, priced_by, chosen)
    apply(row, rated.fee, reprice, model=priced_by.charge_model if priced_by else "")
    return rated


def apply(row: AdjustedFee, fee: Fee, reprice: Reprice | None = None, *, model: str = "") -> None:
    """Write an adjustment onto an unsaved fee."""
    computed = Computed(
        fee_type=fee.fee_type,
        currency=fee.amount_currency,
        units=fee.units,
        amount_cents=fee.amount_cents,
        unit_amount=fee.precise_unit_amount,
        precise_amount_cents=fee.precise_amount_cents,
    )
    worked = adjust(row.adjustment, computed, reprice)
    fee.explanation += explain_adjustment(row, fee, worked, model)
    fee.units, fee.amount_cents = worked.units, worked.amount_cents
    fee.precise_amount_cents = worked.precise_amount_cents
    fee.precise_unit_amount = worked.unit_amount
    if worked.rule != Rule.NAME:
        fee.amount_details = worked.details
    fee.invoice_display_name = row.invoice_display_name or fee.invoice_display_name


def _adjustment_of(facts: SubscriptionFacts, fee: Fee) -> AdjustedFee | None:
    item = item_of(fee)
    return next((row for row in facts.occasion.adjustments if item_of(row) == item), None)


def _reprice(fee: Fee, charge: Charge | FixedCharge, chosen: ChargeFilter | None) -> Reprice:
    """Units that are set by hand count in full: they are not prorated."""

    ask = partial(price, charge.charge_model, (chosen or charge).properties)
    return lambda units: ask(
        Usage(units=units, full_units=units), fee.amount_currency, is_prorated=charge.prorated
    )
