"""What is asked for when a plan is assigned, the row that it makes, and the end that it may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop as noop

from billing.errors import Invalid
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


def ends_too_soon(
    customer: Customer, ending_at: datetime, *, begins_at: datetime | None, at: datetime
) -> bool:
    """Say whether an end is not later, by the customer's days, than today and the day of the start."""
    earliest = customer.local_date(max(at, begins_at or at))
    return customer.local_date(ending_at) <= earliest


def refusal(errors: Mapping[str, list[str]], words: str) -> Invalid:
    """Return the refusal of terms; an end that alone is wrong is told in words of its own."""
    if errors.keys() == {"ending_at"}:
        words = noop("The end must lie after today, and after the day it starts.")
    return Invalid(errors, words)
