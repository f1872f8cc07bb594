"""Mark the drafts that a change of settings, taxes or prices touches; they are computed anew soon after."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from catalog.models import BillableMetric, Plan
from customers.models import Customer
from invoices.models import Invoice, InvoiceSubscription
from organizations.models import Organization
from subscriptions.models import Subscription


@transaction.atomic
def flag_drafts(
    organization: Organization,
    *,
    at: datetime,
    customer: Customer | None = None,
    plan: Plan | None = None,
    metric: BillableMetric | None = None,
    external_subscription_ids: Iterable[str] | None = None,
) -> int:
    """Flag the organization's drafts for a refresh and return how many there were.

    `customer`, `plan` (with the overrides made of it), `metric` and the external ids of subscriptions narrow them
    down.
    """
    drafts = Invoice.objects.of(organization).drafts().filter(ready_to_be_refreshed=False)
    if customer is not None:
        drafts = drafts.filter(customer=customer)
    if plan is not None:
        of_plan = Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan))
        drafts = drafts.filter(customer__in=of_plan.values("customer"))
    if metric is not None:
        of_metric = Subscription.objects.filter(plan__charges__billable_metric=metric)
        drafts = drafts.filter(customer__in=of_metric.values("customer"))
    if external_subscription_ids is not None:
        ids = list(external_subscription_ids)
        billing = InvoiceSubscription.objects.filter(subscription__external_id__in=ids)
        drafts = drafts.filter(pk__in=billing.values("invoice"))
    return drafts.update(ready_to_be_refreshed=True, updated_at=at)
