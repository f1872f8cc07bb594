"""Metrics, plans, charges, add-ons and taxes."""

from catalog.models.add_on import AddOn
from catalog.models.charge import Charge, ChargeFilter, FixedCharge
from catalog.models.metric import BillableMetric, BillableMetricFilter
from catalog.models.plan import MinimumCommitment, Plan, UsageThreshold
from catalog.models.tax import Tax

__all__ = [
    "AddOn",
    "BillableMetric",
    "BillableMetricFilter",
    "Charge",
    "ChargeFilter",
    "FixedCharge",
    "MinimumCommitment",
    "Plan",
    "Tax",
    "UsageThreshold",
]
