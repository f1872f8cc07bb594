"""Lines whose units or price somebody has set by hand.

Source: docs/billing-policy.md, section "Adjusted lines".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from billing.errors import Invalid
from billing.exact import exact
from billing.lines import FeeType
from billing.money import Money, exponent, round_to, subunit
from billing.pricing import PricedCharge

ADJUSTABLE = (FeeType.SUBSCRIPTION, FeeType.CHARGE, FeeType.FIXED_CHARGE)
"""What may be adjusted; what is added up to a minimum follows from the other lines."""

FROM_EVENTS = ("percentage", "dynamic")
"""Charge models whose amount depends on single events, so that a number of units says too little."""


MOST_CENTS = 10**15
"""No line comes to more minor units than that."""


class Rule(StrEnum):
    """How the amount of an adjusted line is worked out."""

    NAME = "name"
    MODEL = "model"
    SHARE = "share"
    PRICE = "price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What somebody has set: units, a price for each in currency units, both, or neither (a name only)."""

    units: Decimal | None = None
    unit_amount: Decimal | None = None

    @property
    def rule(self) -> Rule:
        """How the amount of a charge follows; a subscription fee is multiplied instead of priced anew."""
        if self.unit_amount is not None:
            return Rule.PRICE
        return Rule.NAME if self.units is None else Rule.MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A line as it was worked out; `unit_amount` is in currency units."""

    fee_type: str
    currency: str
    units: Decimal
    amount_cents: int
    unit_amount: Decimal
    precise_amount_cents: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """A line as it is billed; `steps` and `details` are those of the charge model, if it was asked."""

    rule: Rule
    units: Decimal
    amount_cents: int
    unit_amount: Decimal
    precise_amount_cents: Decimal
    steps: tuple[object, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def check_adjustment(
    adjustment: Adjustment, *, charge_model: str | None = None, is_prorated: bool = False
) -> None:
    """Refuse units or a price below zero, and units alone where a charge model needs more than them.

    Raises Invalid ``units``/``unit_amount: value_is_out_of_range`` or ``charge: invalid_charge_model``.
    """
    for name, value in (("units", adjustment.units), ("unit_amount", adjustment.unit_amount)):
        if value is not None and (not value.is_finite() or value < 0):
            raise Invalid({name: ["value_is_out_of_range"]}, "This may not be negative.")
    needs_more = charge_model in FROM_EVENTS or (charge_model == "graduated" and is_prorated)
    if adjustment.rule == Rule.MODEL and needs_more:
        message = "The units alone do not say what this costs. Set the price of a unit too."
        raise Invalid({"charge": ["invalid_charge_model"]}, message)


@exact
def adjust(
    adjustment: Adjustment,
    computed: Computed,
    reprice: Callable[[Decimal], PricedCharge] | None = None,
) -> Adjusted:
    """Work a line out as it was adjusted; `reprice` asks the charge model what a number of units costs.

    Without a charge model (a subscription fee) units multiply the amount that was worked out.
    """
    rule = adjustment.rule
    if rule == Rule.PRICE and adjustment.unit_amount is not None:
        units = computed.units if adjustment.units is None else adjustment.units
        return _multiplied(rule, units, adjustment.unit_amount, computed.currency)
    if adjustment.units is None:
        return Adjusted(
            rule=Rule.NAME,
            units=computed.units,
            amount_cents=computed.amount_cents,
            unit_amount=computed.unit_amount,
            precise_amount_cents=computed.precise_amount_cents,
        )
    if reprice is None:
        fee = Decimal(computed.amount_cents).scaleb(-exponent(computed.currency))
        return _multiplied(Rule.SHARE, adjustment.units, fee, computed.currency)
    priced = reprice(adjustment.units)
    _check_amount(priced.amount_cents)
    return Adjusted(
        rule=rule,
        units=priced.units,
        amount_cents=priced.amount_cents,
        unit_amount=priced.unit_amount,
        precise_amount_cents=priced.precise_amount_cents,
        steps=priced.steps,
        details=dict(priced.details),
    )


def _multiplied(rule: Rule, units: Decimal, unit_amount: Decimal, currency: str) -> Adjusted:
    amount = units * unit_amount
    cents = Money.of(amount, currency).cents
    _check_amount(cents)
    return Adjusted(
        rule=rule,
        units=units,
        amount_cents=cents,
        unit_amount=unit_amount,
        precise_amount_cents=round_to(amount * subunit(currency), 15),
    )


def _check_amount(cents: int) -> None:
    if cents > MOST_CENTS:
        message = "The line would come to more than can be billed."
        raise Invalid({"units": ["value_is_out_of_range"]}, message)
