"""Change a subscription that runs or is yet to begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as noop

from activity.actors import Actor
from catalog.operations.overrides import override_plan
from customers.models import Customer
from customers.operations import lock_kept
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription, TerminationCreditNote, TerminationInvoice
from subscriptions.new import ends_too_soon, refusal
from workflows.start_subscription import invoice_start

PLAIN = (
    "name",
    "ending_at",
    "on_termination_credit_note",
    "on_termination_invoice",
    "progressive_billing_disabled",
    "consolidate_invoice",
    "purchase_order_number",
)
FLAGS = ("on_termination_invoice", "progressive_billing_disabled", "consolidate_invoice")


@transaction.atomic
def update_subscription(
    subscription: Subscription, *, given: Mapping[str, Any], actor: Actor, at: datetime
) -> Subscription:
    """Change the members that `given` names and return the subscription.

    `subscription_at` counts only while it is pending, and may start it; `plan_overrides` give it a plan of its own.
    Raises Invalid (``ending_at``, ``on_termination_*``).
    """
    customer = lock_kept(subscription.customer_id)
    row = Subscription.objects.select_related("plan").locked().get(pk=subscription.pk)
    row.customer = customer
    _check(row, customer, given, at)
    columns = {name: given[name] for name in PLAIN if name in given}
    columns = {k: v for k, v in columns.items() if v is not None or k not in FLAGS}
    if overrides := given.get("plan_overrides"):
        columns["plan"] = override_plan(row.plan, overrides, actor=actor, at=at)
    moved = given.get("subscription_at") if row.status == Status.PENDING else None
    if moved:
        columns["subscription_at"] = moved
    subscriptions.update(row, columns=columns, actor=actor, at=at)
    if moved and customer.local_date(moved) <= customer.local_date(at):
        subscriptions.activate(row, started_at=moved, actor=actor, at=at)
        if customer.local_date(moved) == customer.local_date(at):
            invoice_start([row], actor=actor, at=at)
    return row


def _check(row: Subscription, customer: Customer, given: Mapping[str, Any], at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    ending_at = given.get("ending_at")
    begins_at = given.get("subscription_at") or row.subscription_at
    if ending_at is not None and ends_too_soon(customer, ending_at, begins_at=begins_at, at=at):
        errors["ending_at"] = ["invalid_date"]
    behaviour = given.get("on_termination_credit_note")
    if behaviour is not None and not row.plan.pay_in_advance:
        errors["on_termination_credit_note"] = ["value_must_be_blank"]
    elif behaviour is not None and behaviour not in TerminationCreditNote.values:
        errors["on_termination_credit_note"] = ["invalid_value"]
    invoice = given.get("on_termination_invoice")
    if invoice is not None and invoice not in TerminationInvoice.values:
        errors["on_termination_invoice"] = ["invalid_value"]
    if errors:
        raise refusal(errors, noop("The subscription cannot be changed like that."))
