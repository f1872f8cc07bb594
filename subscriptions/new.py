"""What is asked for when a plan is assigned, and the row that it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from catalog.models import Plan
from customers.models import Customer
from subscriptions.models import BillingTime, Subscription


@dataclass(frozen=True, kw_only=True)
class NewSubscription:
    """What is asked for; moments are aware. `override` makes the plan's override once it is needed."""

    external_id: str
    plan: Plan
    name: str | None = None
    billing_time: str = BillingTime.CALENDAR
    subscription_at: datetime | None = None
    ending_at: datetime | None = None
    on_termination_credit_note: str | None = None
    on_termination_invoice: str | None = None
    consolidate_invoice: bool = True
    progressive_billing_disabled: bool = False
    purchase_order_number: str | None = None
    override: Callable[[Plan], Plan] | None = None


def new_row(
    customer: Customer,
    asked: NewSubscription,
    plan: Plan,
    **columns: object,
) -> Subscription:
    """Return an unsaved subscription with what was asked; `columns` are the rest."""
    return Subscription(
        organization=customer.organization,
        customer=customer,
        plan=plan,
        external_id=asked.external_id,
        name=asked.name,
        on_termination_credit_note=asked.on_termination_credit_note
        if plan.pay_in_advance
        else None,
        on_termination_invoice=asked.on_termination_invoice or "generate",
        consolidate_invoice=asked.consolidate_invoice,
        progressive_billing_disabled=asked.progressive_billing_disabled,
        purchase_order_number=asked.purchase_order_number,
        **{"billing_time": asked.billing_time, "ending_at": asked.ending_at, **columns},
    )
