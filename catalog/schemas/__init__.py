"""Shapes of the catalog on the wire: what requests hold (`XIn`) and how objects are shown (`x_out`)."""

from catalog.schemas.add_ons import AddOnIn, AddOnOut, add_on_out
from catalog.schemas.charges import (
    ChargeFilterIn,
    ChargeFilterOut,
    ChargeIn,
    ChargeOut,
    charge_filter_out,
    charge_out,
)
from catalog.schemas.metrics import MetricIn, MetricOut, metric_out
from catalog.schemas.plans import PlanIn, PlanOut, PlanOverridesIn, plan_out, with_parts
from catalog.schemas.taxes import TaxIn, TaxOut, tax_out

__all__ = [
    "AddOnIn",
    "AddOnOut",
    "ChargeFilterIn",
    "ChargeFilterOut",
    "ChargeIn",
    "ChargeOut",
    "MetricIn",
    "MetricOut",
    "PlanIn",
    "PlanOut",
    "PlanOverridesIn",
    "TaxIn",
    "TaxOut",
    "add_on_out",
    "charge_filter_out",
    "charge_out",
    "metric_out",
    "plan_out",
    "tax_out",
    "with_parts",
]
