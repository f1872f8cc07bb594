"""Prices in words, in the length of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.forms.price import TABLES
from catalog.models import Charge, Plan
from console import formats

Properties = Mapping[str, Any]


def price(model: str, properties: Properties, currency: str) -> str:
    """Say what units cost: "€0.05 each", "3 tiers, €0.00 to €0.40"."""
    if model in TABLES:
        return _tiers(model, properties, currency)
    if model == "package":
        return _package(properties, currency)
    if model == "percentage":
        return _percentage(properties, currency)
    if model == "dynamic":
        return _("Each event brings its amount")
    return _("%(price)s each") % {"price": _written(properties.get("amount"), currency)}


def _written(amount: Any, currency: str) -> str:
    return formats.price(Decimal(str(amount or 0)), currency)


def _tiers(model: str, properties: Properties, currency: str) -> str:
    table, name = TABLES[model]
    rows = properties.get(table) or []
    prices = [Decimal(str(row.get(name) or 0)) for row in rows] or [Decimal(0)]
    is_rate = name == "rate"
    low, high = (
        formats.rate(value) if is_rate else formats.price(value, currency)
        for value in (min(prices), max(prices))
    )
    count = ngettext("%(count)d tier", "%(count)d tiers", len(rows)) % {"count": len(rows)}
    span = low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
    return f"{count}, {span}"


def _package(properties: Properties, currency: str) -> str:
    said = _("%(price)s per %(size)s") % {
        "price": _written(properties.get("amount"), currency),
        "size": formats.units(Decimal(str(properties.get("package_size") or 1))),
    }
    free = Decimal(str(properties.get("free_units") or 0))
    return f"{said}, " + _("%(free)s free") % {"free": formats.units(free)} if free else said


def _percentage(properties: Properties, currency: str) -> str:
    said = formats.rate(Decimal(str(properties.get("rate") or 0)))
    if properties.get("fixed_amount"):
        fixed = _written(properties["fixed_amount"], currency)
        said = _("%(rate)s + %(fixed)s per event") % {"rate": said, "fixed": fixed}
    return said


def terms(charge: Charge) -> list[str]:
    """Return what is special about a charge, a word or two each."""
    said = []
    if charge.pay_in_advance:
        said.append(_("with each event") if charge.invoiceable else _("off invoices"))
    if charge.prorated:
        said.append(_("prorated"))
    keys = charge.properties.get("pricing_group_keys")
    if keys:
        said.append(_("by %(keys)s") % {"keys": ", ".join(keys)})
    return said


def billing(plan: Plan) -> str:
    """Say how a plan is billed: "€499.00 monthly, in arrears"."""
    words = {
        "price": formats.money(plan.amount_cents, plan.amount_currency),
        "interval": str(plan.get_interval_display()).lower(),  # type: ignore[attr-defined]
        "when": _("in advance") if plan.pay_in_advance else _("in arrears"),
    }
    return _("%(price)s %(interval)s, %(when)s") % words
