"""Periods on the wire: ends are inclusive there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.values import instant
from billing.periods import Period, inclusive_end
from invoices.models import InvoiceSubscription


def wire_end(start: datetime, end: datetime) -> str | None:
    """Write the end of a span (outside) as the last moment inside it."""
    return instant(inclusive_end(Period(start, max(start, end))))


def billing_period_out(entry: InvoiceSubscription) -> dict[str, Any]:
    """Write what an invoice covers of a subscription, which comes with it."""
    fixed_start, fixed_end = entry.fixed_charges_start_at, entry.fixed_charges_end_at
    return {
        "lago_subscription_id": str(entry.subscription_id),
        "external_subscription_id": entry.subscription.external_id,
        "lago_plan_id": str(entry.subscription.plan_id),
        "subscription_from_datetime": instant(entry.period.lower),
        "subscription_to_datetime": wire_end(entry.period.lower, entry.period.upper),
        "charges_from_datetime": instant(entry.charges_start_at),
        "charges_to_datetime": wire_end(entry.charges_start_at, entry.charges_end_at),
        "fixed_charges_from_datetime": instant(fixed_start),
        "fixed_charges_to_datetime": wire_end(fixed_start, fixed_end)
        if fixed_start and fixed_end
        else None,
        "invoicing_reason": entry.invoicing_reason,
    }
