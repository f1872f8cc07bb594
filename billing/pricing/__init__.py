"""From units to amounts: one file per charge model, found by name in a table.

Source: docs/billing-policy.md, section "Charge models".
"""

from billing.pricing.charge import price, price_in_advance, price_instant
from billing.pricing.priced import Priced, PricedCharge
from billing.pricing.usage import Entry, Usage

__all__ = [
    "Entry",
    "Priced",
    "PricedCharge",
    "Usage",
    "price",
    "price_in_advance",
    "price_instant",
]
