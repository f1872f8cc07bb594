"""Rating: from subscriptions and their usage to the lines of an invoice.

Rows are gathered with few queries for many subscriptions at once, turned into the frozen terms of the pure core,
and come back as unsaved fees.
"""

from invoices.rating.facts import Occasion, SubscriptionFacts, gather
from invoices.rating.line import RatedFee
from invoices.rating.plans import PlanBook
from invoices.rating.rate import rate

__all__ = ["Occasion", "PlanBook", "RatedFee", "SubscriptionFacts", "gather", "rate"]
