"""The shape of a fee."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import decimal, instant, number
from billing.money import EXACT, exponent, round_to
from billing.taxes import tax_line
from invoices.models import Fee, FeeTax
from invoices.rating.line import RatedFee
from invoices.schemas.periods import wire_end
from subscriptions.models import Subscription


class FeeIn(In):
    """What may be changed of a fee without an invoice."""

    payment_status: str | None = None


class FeeOut(TypedDict):
    """A fee; members that only some fees have are left out of the others."""

    lago_id: str | None
    lago_charge_id: str | None
    lago_charge_filter_id: str | None
    lago_fixed_charge_id: str | None
    lago_invoice_id: str | None
    lago_true_up_fee_id: str | None
    lago_true_up_parent_fee_id: str | None
    lago_original_fee_id: str | None
    lago_subscription_id: str | None
    external_subscription_id: str | None
    lago_customer_id: str | None
    external_customer_id: str | None
    item: dict[str, Any]
    pay_in_advance: bool
    invoiceable: bool
    amount_cents: int
    amount_currency: str
    precise_amount: str | None
    precise_total_amount: str | None
    taxes_amount_cents: int
    taxes_precise_amount: str | None
    taxes_rate: float | None
    total_aggregated_units: str | None
    total_amount_cents: int
    total_amount_currency: str
    units: str | None
    description: str | None
    precise_unit_amount: str | None
    precise_coupons_amount_cents: str | None
    sub_total_excluding_taxes_amount_cents: int
    sub_total_excluding_taxes_precise_amount_cents: str | None
    events_count: int | None
    payment_status: str
    created_at: str | None
    succeeded_at: str | None
    failed_at: str | None
    refunded_at: str | None
    amount_details: dict[str, Any]
    self_billed: bool
    pricing_unit_details: dict[str, Any] | None
    presentation_breakdowns: list[Any]


ITEM_TYPES = {
    "charge": "BillableMetric",
    "add_on": "AddOn",
    "fixed_charge": "AddOn",
    "credit": "WalletTransaction",
    "subscription": "Subscription",
    "commitment": "Subscription",
}


def fee_out(fee: Fee, *, applied_taxes: Iterable[FeeTax] | None = None) -> dict[str, Any]:
    """Write a fee that comes with its subscription, customer, charge, charge filter and true-ups."""
    true_ups = [] if fee._state.adding else list(fee.true_ups.all())
    shown = _base(fee) | {
        "lago_true_up_fee_id": str(true_ups[0].pk) if true_ups else None,
        "lago_true_up_parent_fee_id": _text(fee.true_up_parent_id),
        "item": _item(fee),
        **_amounts(fee),
    }
    if fee.period is not None and fee.fee_type != "credit":
        start, end = span_of(fee)
        shown["from_date"] = instant(start)
        shown["to_date"] = instant(end) if start == end else wire_end(start, end)
    if fee.event_transaction_id:
        shown["event_transaction_id"] = fee.event_transaction_id
    if applied_taxes is not None:
        shown["applied_taxes"] = [fee_tax_out(tax, fee) for tax in applied_taxes]
    return shown


def estimated_fee_out(rated: RatedFee, subscription: Subscription) -> dict[str, Any]:
    """Write a fee that is not stored, with the taxes it would bear."""
    fee, taxed = rated.fee, tax_line(rated.line)
    fee.subscription, fee.customer = subscription, subscription.customer
    fee.taxes_amount_cents, fee.taxes_rate = taxed.amount_cents, taxed.rate
    fee.taxes_precise_amount_cents = taxed.precise_amount_cents
    fee.precise_coupons_amount_cents = Decimal(0)
    return fee_out(fee) | {"lago_id": None}


def _base(fee: Fee) -> dict[str, Any]:
    return {
        "lago_id": str(fee.pk),
        "lago_charge_id": _text(fee.charge_id),
        "lago_charge_filter_id": _text(fee.charge_filter_id),
        "lago_fixed_charge_id": _text(fee.fixed_charge_id),
        "lago_invoice_id": _text(fee.invoice_id),
        "lago_original_fee_id": None,
        "lago_subscription_id": _text(fee.subscription_id),
        "external_subscription_id": fee.subscription.external_id if fee.subscription else None,
        "lago_customer_id": str(fee.customer_id),
        "external_customer_id": fee.customer.external_id,
        "pay_in_advance": fee.pay_in_advance,
        "invoiceable": fee.invoiceable,
        "description": fee.description,
        "events_count": fee.events_count,
        "payment_status": fee.payment_status,
        "created_at": instant(fee.created_at),
        "succeeded_at": instant(fee.succeeded_at),
        "failed_at": instant(fee.failed_at),
        "refunded_at": instant(fee.refunded_at),
        "amount_details": fee.amount_details,
        "self_billed": False,
        "pricing_unit_details": None,
        "presentation_breakdowns": [],
    }


def _amounts(fee: Fee) -> dict[str, Any]:
    scale = Decimal(1).scaleb(-exponent(fee.amount_currency))
    coupons = fee.precise_coupons_amount_cents
    rest = fee.amount_cents - coupons
    precise_total = fee.precise_amount_cents + fee.taxes_precise_amount_cents
    units = fee.units if fee.total_aggregated_units is None else fee.total_aggregated_units
    return {
        "amount_cents": fee.amount_cents,
        "amount_currency": fee.amount_currency,
        "precise_amount": decimal(EXACT.multiply(fee.precise_amount_cents, scale)),
        "precise_total_amount": decimal(EXACT.multiply(precise_total, scale)),
        "taxes_amount_cents": fee.taxes_amount_cents,
        "taxes_precise_amount": decimal(EXACT.multiply(fee.taxes_precise_amount_cents, scale)),
        "taxes_rate": number(fee.taxes_rate),
        "total_aggregated_units": decimal(units),
        "total_amount_cents": fee.total_amount_cents,
        "total_amount_currency": fee.amount_currency,
        "units": decimal(fee.units),
        "precise_unit_amount": decimal(fee.precise_unit_amount),
        "precise_coupons_amount_cents": decimal(coupons),
        "sub_total_excluding_taxes_amount_cents": int(round_to(rest, 0)),
        "sub_total_excluding_taxes_precise_amount_cents": decimal(
            fee.precise_amount_cents - coupons
        ),
    }


def _item(fee: Fee) -> dict[str, Any]:
    shown = {
        "type": fee.fee_type,
        "code": fee.item_code,
        "name": fee.item_name,
        "description": fee.item_description,
        "invoice_display_name": fee.shown_name,
        "filters": fee.charge_filter.values if fee.charge_filter else None,
        "filter_invoice_display_name": fee.charge_filter.invoice_display_name
        if fee.charge_filter
        else None,
        "lago_item_id": str(_item_id(fee)),
        "item_type": ITEM_TYPES[fee.fee_type],
        "grouped_by": {key: value for key, value in fee.grouped_by.items() if value is not None},
    }
    return shown


def _item_id(fee: Fee) -> Any:
    if fee.charge is not None:
        return fee.charge.billable_metric_id
    return fee.add_on_id or fee.wallet_transaction_id or fee.subscription_id


def fee_tax_out(tax: FeeTax, fee: Fee) -> dict[str, Any]:
    """Write a tax of a fee."""
    return {
        "lago_id": str(tax.pk),
        "lago_fee_id": str(fee.pk),
        "lago_tax_id": _text(tax.tax_id),
        "tax_name": tax.tax_name,
        "tax_code": tax.tax_code,
        "tax_rate": number(tax.tax_rate),
        "tax_description": tax.tax_description,
        "amount_cents": tax.amount_cents,
        "amount_currency": fee.amount_currency,
        "created_at": instant(tax.created_at),
    }


def span_of(fee: Fee) -> tuple[datetime, datetime]:
    """Return the period of a fee, stored (a range) or not yet (two moments)."""
    if isinstance(fee.period, tuple):
        return fee.period
    # A one-off line without a span is for the moment it was made at; an empty range has no ends.
    return fee.period.lower or fee.created_at, fee.period.upper or fee.created_at


def _text(value: object) -> str | None:
    return None if value is None else str(value)
