"""Assign a plan to a customer: a new subscription, or a change of plan of the running one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as noop

from activity.actors import Actor
from billing.errors import NotFound
from billing.periods import Reason
from catalog.models import Plan
from customers.models import Customer
from customers.operations import assign_currency, lock_kept
from invoices.rating import Occasion
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import BillingTime, Subscription
from subscriptions.new import NewSubscription, ends_too_soon, new_row, refusal
from subscriptions.terms import pays_at_start
from workflows.bill_customers import bill_customers
from workflows.change_plan import change_plan
from workflows.issue_invoices import Invoicing, issue_invoices


@transaction.atomic
def start_subscription(
    customer: Customer, *, asked: NewSubscription, actor: Actor, at: datetime
) -> Subscription:
    """Assign a plan and return the subscription that follows.

    With the external id of a running subscription of the same customer: the same plan changes nothing, an equal or
    dearer one replaces it at once, a cheaper one from the next period on. Otherwise a subscription begins today,
    has begun in the past, or is pending until its day; one in advance is invoiced at once.

    Raises NotFound (customer, plan), Invalid (``external_id``, ``billing_time``, ``ending_at``, ``currency``).
    """
    customer = lock_kept(customer.pk)
    _check(customer, asked, at)
    running = _running(customer, asked.external_id)
    if running is not None and running.plan_id != asked.plan.pk and _is_due(running, at):
        # What a late billing run has left is billed first, on the plan that it is for.
        bill_customers([customer.pk], actor=actor, at=at)
        running = _running(customer, asked.external_id)
    if running is not None and running.plan_id == asked.plan.pk:
        return running
    assign_currency(customer, asked.plan.amount_currency, actor=actor, at=at)
    if running is not None and running.status == Status.ACTIVE:
        return change_plan(running, asked=asked, actor=actor, at=at)
    plan = asked.override(asked.plan) if asked.override else asked.plan
    if running is not None:
        columns = {"plan": plan, "name": asked.name or running.name}
        return subscriptions.update(running, columns=columns, actor=actor, at=at)
    subscription = subscriptions.add(_row(customer, asked, plan, at), actor=actor, at=at)
    begins_today = customer.local_date(subscription.subscription_at) == customer.local_date(at)
    if subscription.is_active and begins_today:
        invoice_start([subscription], actor=actor, at=at)
    return subscription


def _check(customer: Customer, asked: NewSubscription, at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if not asked.external_id:
        errors["external_id"] = ["value_is_mandatory"]
    if asked.billing_time not in BillingTime.values:
        errors["billing_time"] = ["value_is_invalid"]
    ending_at, begins_at = asked.ending_at, asked.subscription_at
    if ending_at is not None and ends_too_soon(customer, ending_at, begins_at=begins_at, at=at):
        errors["ending_at"] = ["invalid_date"]
    if errors:
        raise refusal(errors, noop("The subscription cannot be made like that."))
    plan = asked.plan
    is_offered = plan.deleted_at is None and not plan.pending_deletion
    if not is_offered or plan.organization_id != customer.organization_id:
        raise NotFound("plan")


def _running(customer: Customer, external_id: str) -> Subscription | None:
    """The customer's active subscription with this external id, else the one that is yet to begin."""
    rows = (
        Subscription.objects.filter(customer=customer, external_id=external_id)
        .filter(status__in=[Status.ACTIVE, Status.PENDING])
        .select_related("plan", "customer__organization")
        .locked()
    )
    found = sorted(rows, key=lambda row: (row.status != Status.ACTIVE, row.created_at))
    return found[0] if found else None


def _is_due(running: Subscription, at: datetime) -> bool:
    return running.next_billing_at is not None and running.next_billing_at <= at


def _row(customer: Customer, asked: NewSubscription, plan: Plan, at: datetime) -> Subscription:
    """Return the unsaved subscription: pending if its day is yet to come."""
    subscription_at = asked.subscription_at or at
    day, today = customer.local_date(subscription_at), customer.local_date(at)
    started_at = None
    if day <= today:
        started_at = subscription_at
        if day < today:
            started_at = max(
                subscription_at, _last_end(customer, asked.external_id) or subscription_at
            )
    return new_row(
        customer,
        asked,
        plan,
        status=Status.PENDING if started_at is None else Status.ACTIVE,
        subscription_at=subscription_at,
        started_at=started_at,
    )


def _last_end(customer: Customer, external_id: str) -> datetime | None:
    """When a subscription with this external id was last terminated and invoiced for it."""
    return (
        Subscription.objects.filter(
            customer=customer,
            external_id=external_id,
            status=Status.TERMINATED,
            invoice_subscriptions__invoicing_reason="subscription_terminating",
        )
        .order_by("-terminated_at")
        .values_list("terminated_at", flat=True)
        .first()
    )


def invoice_start(subscriptions_: list[Subscription], *, actor: Actor, at: datetime) -> None:
    """Invoice what is due when subscriptions begin: fees and fixed charges in advance."""
    invoicings = [
        Invoicing(
            customer=subscription.customer,
            billed_at=at,
            currency=subscription.plan.amount_currency,
            occasions=(Occasion(subscription, Reason.STARTING, at),),
            purchase_order_number=subscription.purchase_order_number,
        )
        for subscription in subscriptions_
        if pays_at_start(subscription, at)
    ]
    if invoicings:
        issue_invoices(invoicings, actor=actor, at=at)
