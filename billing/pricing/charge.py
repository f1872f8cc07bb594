"""The pipeline that turns usage into what a fee stores.

Source: docs/billing-policy.md, sections "Fee amounts" and "Charges paid in advance".
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.exact import exact
from billing.money import Money, subunit
from billing.pricing.details import amount_details, steps_between
from billing.pricing.dynamic import DynamicTerms
from billing.pricing.models import ChargeModel, model_named
from billing.pricing.percentage import PercentageTerms, price_percentage_instant
from billing.pricing.priced import Priced, PricedCharge, per_unit
from billing.pricing.reading import Properties
from billing.pricing.usage import ZERO, Usage

if TYPE_CHECKING:
    from billing.aggregation.events import Advance


@exact
def price(
    model: str,
    properties: Properties,
    usage: Usage,
    currency: str,
    *,
    is_prorated: bool = False,
) -> PricedCharge:
    """Price the usage of a period.

    `model` and `properties` are those of the API. Neither units nor amount are ever negative: if
    one is, all is zero. Raises Invalid for an unknown model.
    """
    charge_model = model_named(model, is_prorated=is_prorated)
    priced = charge_model.price(usage, _terms(charge_model, properties, currency))
    return _charge(priced, charge_model, currency)


@exact
def price_in_advance(
    model: str, properties: Properties, advance: Advance, currency: str
) -> PricedCharge:
    """Price what one event adds: the price with it, less the price without it.

    No units cost nothing here, so that the first ones pay a flat amount, and only once.
    """
    charge_model = model_named(model)
    terms = _terms(charge_model, properties, currency)
    before = _used(charge_model, advance.before, terms)
    after = _used(charge_model, advance.after, terms)
    amount = after.amount - before.amount
    difference = Priced(
        amount=amount,
        unit_amount=per_unit(amount, advance.units),
        units=advance.units,
        steps=steps_between(before.steps, after.steps),
    )
    return _charge(difference, charge_model, currency)


@exact
def price_instant(
    model: str, properties: Properties, units: Decimal, currency: str
) -> PricedCharge:
    """Price a single event with no regard to any other."""
    charge_model = model_named(model)
    terms = _terms(charge_model, properties, currency)
    if isinstance(terms, PercentageTerms):
        priced = price_percentage_instant(units, terms)
    else:
        priced = charge_model.price(Usage(units=units, events_count=1, values=(units,)), terms)
    return _charge(priced, charge_model, currency)


def _terms(model: ChargeModel, properties: Properties, currency: str) -> object:
    terms = model.read({**model.defaults, **properties})
    return replace(terms, subunit=subunit(currency)) if isinstance(terms, DynamicTerms) else terms


def _used(model: ChargeModel, usage: Usage, terms: object) -> Priced:
    """Price `usage`, where no units cost nothing."""
    if usage.units == 0:
        return Priced(amount=ZERO, unit_amount=ZERO, units=ZERO)
    return model.price(usage, terms)


def _charge(priced: Priced, model: ChargeModel, currency: str) -> PricedCharge:
    """Round to minor units; a negative amount, or one of negative units, is nothing."""
    if priced.units < 0 or priced.amount < 0:
        priced = Priced(amount=ZERO, unit_amount=ZERO, units=ZERO)
    return PricedCharge(
        units=priced.units,
        amount=priced.amount,
        unit_amount=priced.unit_amount,
        precise_amount_cents=priced.amount * subunit(currency),
        amount_cents=Money.of(priced.amount, currency).cents,
        steps=priced.steps,
        details=amount_details(priced.steps, model.rows) if priced.steps else {},
    )
