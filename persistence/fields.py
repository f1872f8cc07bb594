"""Columns for money, precise amounts, units, rates, currencies and spans, each with one home."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from persistence.ids import new_id


def id_field() -> models.UUIDField[Any, Any]:
    """The primary key of every row, the API's `lago_id`."""
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def cents_field(**kwargs: Any) -> models.BigIntegerField[Any, Any]:
    """Whole minor units of the row's currency."""
    return models.BigIntegerField(**kwargs)


def precise_cents_field(places: int = 15, **kwargs: Any) -> models.DecimalField[Any, Any]:
    """Minor units with a fraction (15 decimals, or 5 for shares of coupons and credit notes)."""
    return models.DecimalField(max_digits=25 + places, decimal_places=places, **kwargs)


def amount_field(**kwargs: Any) -> models.DecimalField[Any, Any]:
    """A unit price in currency units."""
    return models.DecimalField(max_digits=40, decimal_places=15, **kwargs)


def credits_field(**kwargs: Any) -> models.DecimalField[Any, Any]:
    """Prepaid credits, or their price: 5 decimals."""
    return models.DecimalField(max_digits=30, decimal_places=5, **kwargs)


def units_field(**kwargs: Any) -> models.DecimalField[Any, Any]:
    """Units of usage: numeric(40,15)."""
    return models.DecimalField(max_digits=40, decimal_places=15, **kwargs)


def rate_field(**kwargs: Any) -> models.DecimalField[Any, Any]:
    """A percentage: 20 means 20 %."""
    return models.DecimalField(max_digits=20, decimal_places=10, **kwargs)


def currency_field(**kwargs: Any) -> models.CharField[Any, Any]:
    """An ISO 4217 code."""
    return models.CharField(max_length=3, **kwargs)


def period_field(**kwargs: Any) -> DateTimeRangeField:
    """A span of time [start, end) as tstzrange."""
    return DateTimeRangeField(default_bounds="[)", **kwargs)
