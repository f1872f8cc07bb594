"""How a metric rounds the units it ends up with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from billing.aggregation.events import Metric
from billing.money import ceil_to, floor_to, round_to

ROUNDINGS: Mapping[str, Callable[[Decimal, int], Decimal]] = {
    "round": round_to,
    "ceil": ceil_to,
    "floor": floor_to,
}

PRORATED_PLACES = 5
"""Prorated units are rounded up to so many decimals."""


def rounded(units: Decimal, metric: Metric) -> Decimal:
    """Round `units` as the metric says; half goes away from zero."""
    if metric.rounding_function is None:
        return units
    return ROUNDINGS[metric.rounding_function](units, metric.rounding_precision or 0)


def prorated(units: Fraction) -> Decimal:
    """Round prorated units up at the fifth decimal."""
    return ceil_to(units, PRORATED_PLACES)
