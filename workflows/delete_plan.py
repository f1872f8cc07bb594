"""Delete a plan: the subscriptions to it end, with what follows, and then it is gone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from activity.actors import Actor
from catalog.models import Plan
from catalog.operations import plans
from invoices.models import Invoice
from invoices.operations.locking import lock_customers
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from workflows.bill_customers import bill_customers
from workflows.end_subscription import end_subscription
from workflows.finalize_invoice import finalize_invoice


@transaction.atomic
def delete_plan(plan: Plan, *, actor: Actor, at: datetime) -> Plan:
    """Hide a plan with its overrides and charges, wholly or not at all, and return it.

    First its active subscriptions are terminated with their credit notes and invoices, those that have not begun
    are canceled, and their drafts are finalized. Costs a billing per running subscription. Raises NotFound for a
    plan that is gone, and whatever a step refuses with.
    """
    running = _running(plan)
    customers = set(running.values_list("customer_id", flat=True))
    lock_customers(customers)
    # What is due comes first: a change of plan that is among it takes its subscription elsewhere, or brings one.
    bill_customers(customers, actor=actor, at=at)
    plan = plans.mark_for_deletion(plan, actor=actor, at=at)
    ended = list(running.select_related("plan", "customer__organization"))
    for subscription in ended:
        if subscription.status == Status.ACTIVE:
            end_subscription(subscription, actor=actor, at=at)
    for subscription in ended:
        subscription.refresh_from_db(fields=["status"])
        if subscription.status in (Status.PENDING, Status.INCOMPLETE):
            subscriptions.cancel(subscription, actor=actor, at=at)
    drafts = Invoice.objects.drafts().filter(invoice_subscriptions__subscription__in=ended)
    for draft in drafts.distinct().order_by("created_at", "pk"):
        finalize_invoice(draft, actor=actor, at=at)
    return plans.delete(plan, actor=actor, at=at)


def _running(plan: Plan) -> QuerySet[Subscription]:
    """Return the subscriptions to the plan, or to an override of it, that have not ended."""
    rows = Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan))
    going_on = [Status.ACTIVE, Status.PENDING, Status.INCOMPLETE]
    return rows.filter(status__in=going_on).order_by("created_at", "pk")
