"""From units to amounts: one file per charge model, found by name in a table.

Source: docs/billing-policy.md, section "Charge models".
"""

from billing.pricing.charge import price, price_in_advance, price_instant
from billing.pricing.compatibility import ChargeTerms, compatibility_errors
from billing.pricing.models import MODELS, default_properties
from billing.pricing.priced import Priced, PricedCharge
from billing.pricing.usage import Entry, Usage
from billing.pricing.validation import check_properties, property_errors

__all__ = [
    "MODELS",
    "ChargeTerms",
    "Entry",
    "Priced",
    "PricedCharge",
    "Usage",
    "check_properties",
    "compatibility_errors",
    "default_properties",
    "price",
    "price_in_advance",
    "price_instant",
    "property_errors",
]
