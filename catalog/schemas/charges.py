"""Charges, their filters, and fixed charges on the wire."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Integer, Number, instant, number
from catalog.models import Charge, ChargeFilter, FixedCharge
from catalog.operations import charge_properties
from catalog.schemas.taxes import TaxOut, taxes_out


class ChargeFilterIn(In):
    """Another price for events whose properties have these values."""

    invoice_display_name: str | None = None
    properties: dict[str, Any] | None = None
    values: dict[str, Any] | None = None
    cascade_updates: bool | None = None


class ChargeIn(In):
    """A charge as a request gives it; `properties` depend on the charge model."""

    id: str | None = None
    billable_metric_id: str | None = None
    code: str | None = None
    invoice_display_name: str | None = None
    charge_model: str | None = None
    pay_in_advance: bool | None = None
    invoiceable: bool | None = None
    prorated: bool | None = None
    min_amount_cents: Integer | None = None
    regroup_paid_fees: str | None = None
    properties: dict[str, Any] | None = None
    filters: list[ChargeFilterIn] | None = None
    tax_codes: list[str] | None = None
    cascade_updates: bool | None = None


class CascadeIn(In):
    """Whether the overrides of the plan follow."""

    cascade_updates: bool | None = None


class DeleteIn(In):
    """What may come with the removal of a charge."""

    charge: CascadeIn | None = None


class FixedChargeIn(In):
    """A number of units of an add-on, billed each period."""

    id: str | None = None
    add_on_id: str | None = None
    add_on_code: str | None = None
    code: str | None = None
    invoice_display_name: str | None = None
    charge_model: str | None = None
    units: Number | None = None
    pay_in_advance: bool | None = None
    prorated: bool | None = None
    properties: dict[str, Any] | None = None
    tax_codes: list[str] | None = None
    apply_units_immediately: bool | None = None


class ChargeFilterOut(TypedDict):
    """A filter of a charge."""

    lago_id: str
    charge_code: str
    invoice_display_name: str | None
    properties: dict[str, Any]
    values: dict[str, list[str]]
    created_at: str | None


class ChargeOut(TypedDict):
    """A charge of a plan."""

    lago_id: str
    lago_billable_metric_id: str
    code: str
    invoice_display_name: str | None
    billable_metric_code: str
    created_at: str | None
    charge_model: str
    invoiceable: bool
    regroup_paid_fees: str | None
    pay_in_advance: bool
    prorated: bool
    min_amount_cents: int
    accepts_target_wallet: bool
    properties: dict[str, Any]
    applied_pricing_unit: None
    lago_parent_id: str | None
    filters: list[ChargeFilterOut]
    taxes: list[TaxOut]


class FixedChargeOut(TypedDict):
    """A fixed charge of a plan."""

    lago_id: str
    lago_add_on_id: str
    code: str
    invoice_display_name: str
    add_on_code: str
    created_at: str | None
    charge_model: str
    pay_in_advance: bool
    prorated: bool
    properties: dict[str, Any]
    units: float | None
    lago_parent_id: str | None
    taxes: list[TaxOut]


def charge_out(charge: Charge) -> ChargeOut:
    """Show a charge; metric, filters and taxes are best loaded with it."""
    metric = charge.billable_metric
    kept = [one for one in charge.filters.all() if one.deleted_at is None]
    return {
        "lago_id": str(charge.pk),
        "lago_billable_metric_id": str(metric.pk),
        "code": charge.code,
        "invoice_display_name": charge.invoice_display_name,
        "billable_metric_code": metric.code,
        "created_at": instant(charge.created_at),
        "charge_model": charge.charge_model,
        "invoiceable": charge.invoiceable,
        "regroup_paid_fees": charge.regroup_paid_fees,
        "pay_in_advance": charge.pay_in_advance,
        "prorated": charge.prorated,
        "min_amount_cents": charge.min_amount_cents,
        "accepts_target_wallet": False,
        "properties": charge_properties.shown(charge.properties),
        "applied_pricing_unit": None,
        "lago_parent_id": charge.parent_id and str(charge.parent_id),
        "filters": [
            charge_filter_out(one, charge)
            for one in sorted(kept, key=lambda one: (one.created_at, one.pk))
        ],
        "taxes": taxes_out(charge.taxes.all()),
    }


def charge_filter_out(one: ChargeFilter, charge: Charge) -> ChargeFilterOut:
    """Show a filter of `charge`."""
    return {
        "lago_id": str(one.pk),
        "charge_code": charge.code,
        "invoice_display_name": one.invoice_display_name,
        "properties": charge_properties.shown(one.properties),
        "values": one.values,
        "created_at": instant(one.created_at),
    }


def fixed_charge_out(charge: FixedCharge) -> FixedChargeOut:
    """Show a fixed charge; add-on and taxes are best loaded with it."""
    return {
        "lago_id": str(charge.pk),
        "lago_add_on_id": str(charge.add_on_id),
        "code": charge.code,
        "invoice_display_name": charge.invoice_display_name or charge.add_on.shown_name,
        "add_on_code": charge.add_on.code,
        "created_at": instant(charge.created_at),
        "charge_model": charge.charge_model,
        "pay_in_advance": charge.pay_in_advance,
        "prorated": charge.prorated,
        "properties": charge.properties,
        "units": number(charge.units),
        "lago_parent_id": charge.parent_id and str(charge.parent_id),
        "taxes": taxes_out(charge.taxes.all()),
    }
