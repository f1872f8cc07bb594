"""What a coupon takes off and how often: the terms that a coupon and an applied coupon share.

Source: docs/billing-policy.md, section "Coupons".
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from billing.currencies import CURRENCIES
from coupons.models import AppliedCoupon, Coupon, CouponType, Frequency
from persistence.columns import faults, refuse

Errors = dict[str, list[str]]

TERMS = (
    "coupon_type",
    "amount_cents",
    "amount_currency",
    "percentage_rate",
    "frequency",
    "frequency_duration",
)


def tidy(row: Coupon | AppliedCoupon) -> None:
    """Drop the terms that do not belong to the row's type and frequency."""
    if row.coupon_type == CouponType.PERCENTAGE:
        row.amount_cents = row.amount_currency = None
    elif row.coupon_type == CouponType.FIXED_AMOUNT:
        row.percentage_rate = None
    if row.frequency != Frequency.RECURRING:
        row.frequency_duration = None


def require_valid(
    row: Coupon | AppliedCoupon, columns: Iterable[str] = TERMS, errors: Errors | None = None
) -> None:
    """Raise Invalid with every one of `columns` that is missing or wrong, and with `errors`."""
    found = {**faults(row, columns), **(errors or {}), **_terms_errors(row)}
    refuse(found)


def _terms_errors(row: Coupon | AppliedCoupon) -> Errors:
    errors: Errors = {}
    _check_choice(errors, "coupon_type", row.coupon_type, CouponType.values)
    _check_choice(errors, "frequency", row.frequency, Frequency.values)
    if row.coupon_type == CouponType.FIXED_AMOUNT:
        _check_positive(errors, "amount_cents", row.amount_cents)
        _check_choice(errors, "amount_currency", row.amount_currency, CURRENCIES)
    if row.coupon_type == CouponType.PERCENTAGE:
        _check_positive(errors, "percentage_rate", row.percentage_rate)
    if row.frequency == Frequency.RECURRING:
        _check_positive(errors, "frequency_duration", row.frequency_duration)
    return errors


def _check_choice(
    errors: Errors, field: str, value: str | None, choices: list[str] | frozenset[str]
) -> None:
    if not value:
        errors[field] = ["value_is_mandatory"]
    elif value not in choices:
        errors[field] = ["value_is_invalid"]


def _check_positive(errors: Errors, field: str, value: int | Decimal | None) -> None:
    if value is None:
        errors[field] = ["value_is_mandatory"]
    elif not value > 0:
        errors[field] = ["value_is_out_of_range"]
