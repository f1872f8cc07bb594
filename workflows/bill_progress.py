"""Bill usage at once when it reaches a threshold."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum

from activity import journal
from activity.actors import SYSTEM, Actor
from billing.periods import Period
from billing.progressive import ProgressiveTerms
from billing.thresholds import LifetimeUsage as Lifetime
from billing.thresholds import Threshold, passed_thresholds
from catalog.models import UsageThreshold
from invoices.current_usage import current_usages
from invoices.models import AppliedUsageThreshold, Fee, Invoice, InvoiceSubscription
from invoices.models.invoice import InvoiceType
from invoices.models.periods import InvoicingReason
from invoices.operations.locking import lock_customers
from invoices.rating.facts import FORGOTTEN
from invoices.rating.line import RatedFee
from invoices.rating.progressive import last_progressive, terms_of_progressive
from organizations.models import Organization
from persistence.saving import create_all
from subscriptions.models import LifetimeUsage, Subscription, SubscriptionUsageThreshold
from usage.models import UsageEvent
from workflows.bill_in_advance import usage_entry
from workflows.issue_invoices import Invoicing, issue_invoices

AnyThreshold = UsageThreshold | SubscriptionUsageThreshold


def bill_progress(
    organization: Organization,
    arrivals: Mapping[Subscription, Sequence[UsageEvent]],
    at: datetime,
    actor: Actor = SYSTEM,
) -> None:
    """Invoice the running usage of every subscription that has reached a threshold by the events that arrived.

    Two queries when no subscription has thresholds.
    """
    rows = [
        row
        for row in arrivals
        if row.is_active and not row.progressive_billing_disabled and not row.customer.is_deleted
    ]
    for row, thresholds in thresholds_of(rows).items():
        if thresholds:
            _bill(row, thresholds, actor=actor, at=at)


def thresholds_of(rows: Sequence[Subscription]) -> dict[Subscription, list[AnyThreshold]]:
    """Return the thresholds in force: a subscription's own, else its plan's, else those of the plan it overrides."""
    own: dict[uuid.UUID, list[AnyThreshold]] = {}
    for each in SubscriptionUsageThreshold.objects.kept().filter(subscription__in=rows):
        own.setdefault(each.subscription_id, []).append(each)
    plans: dict[uuid.UUID, list[AnyThreshold]] = {}
    ids = {row.plan_id for row in rows} | {row.plan.parent_id for row in rows if row.plan.parent_id}
    for threshold in UsageThreshold.objects.kept().filter(plan_id__in=ids):
        plans.setdefault(threshold.plan_id, []).append(threshold)
    return {
        row: own.get(row.pk)
        or plans.get(row.plan_id)
        or plans.get(row.plan.parent_id or row.plan_id, [])
        for row in rows
    }


@transaction.atomic
def _bill(
    row: Subscription, thresholds: Sequence[AnyThreshold], *, actor: Actor, at: datetime
) -> None:
    lock_customers({row.customer_id})
    [usage] = current_usages([row], at=at)
    lines = [
        rated
        for rated in usage.lines
        if not rated.fee.pay_in_advance and (rated.fee.units or rated.fee.events_count)
    ]
    before = last_progressive(row.pk, usage.period)
    lifetime = Lifetime(
        invoiced_cents=invoiced_cents(row),
        current_cents=sum(rated.fee.amount_cents for rated in lines),
        progressive_cents=before.invoice.fees_amount_cents if before else 0,
    )
    by_terms = {Threshold(each.amount_cents, each.recurring): each for each in thresholds}
    passed = passed_thresholds(by_terms, lifetime)
    if not passed:
        return
    invoice = _invoice(row, usage.period, lines, before, actor=actor, at=at)
    total = lifetime.invoiced_cents + lifetime.current_cents
    _note(row, invoice, [by_terms[each] for each in passed], total, usage.period, at=at)
    journal.announce(row, "subscription.usage_threshold_reached", at=at)


def invoiced_cents(row: Subscription) -> int:
    """Return what the customer was billed for usage under this external id, with what was used elsewhere before."""
    billed = (
        Fee.objects.filter(
            customer_id=row.customer_id,
            subscription__external_id=row.external_id,
            fee_type="charge",
            invoice__invoice_type=InvoiceType.SUBSCRIPTION,
            pay_in_advance=False,
        )
        .exclude(invoice__status__in=FORGOTTEN)
        .aggregate(sum=Sum("amount_cents"))["sum"]
    )
    history = LifetimeUsage.objects.filter(
        customer_id=row.customer_id, external_subscription_id=row.external_id
    ).aggregate(sum=Sum("historical_usage_amount_cents"))["sum"]
    return (billed or 0) + (history or 0)


def _invoice(
    row: Subscription,
    period: Period,
    lines: Sequence[RatedFee],
    before: InvoiceSubscription | None,
    *,
    actor: Actor,
    at: datetime,
) -> Invoice:
    progressive: tuple[ProgressiveTerms, ...] = (terms_of_progressive(before),) if before else ()
    invoicing = Invoicing(
        customer=row.customer,
        billed_at=at,
        currency=row.plan.amount_currency,
        invoice_type=InvoiceType.PROGRESSIVE,
        lines=tuple(lines),
        entries=(usage_entry(row, max(at, period.start), InvoicingReason.PROGRESSIVE, at),),
        progressive=progressive,
        has_grace=False,
        purchase_order_number=row.purchase_order_number,
    )
    [invoice] = issue_invoices([invoicing], actor=actor, at=at)
    return invoice


def _note(
    row: Subscription,
    invoice: Invoice,
    passed: Sequence[AnyThreshold],
    lifetime_cents: int,
    period: Period,
    *,
    at: datetime,
) -> None:
    """Note which thresholds the invoice is for."""
    create_all(
        [
            AppliedUsageThreshold(
                organization_id=row.organization_id,
                invoice=invoice,
                subscription=row,
                threshold=each.pk,
                amount_cents=each.amount_cents,
                threshold_display_name=each.threshold_display_name,
                recurring=each.recurring,
                lifetime_usage_amount_cents=lifetime_cents,
                period_start_at=period.start,
                ordinal=_ordinal(row, each, period),
                created_at=at,
            )
            for each in passed
        ]
    )


def _ordinal(row: Subscription, threshold: AnyThreshold, period: Period) -> int:
    """How often a recurring threshold has been reached in this period before."""
    earlier = AppliedUsageThreshold.objects.filter(
        Q(subscription=row, threshold=threshold.pk, period_start_at=period.start)
    )
    return earlier.count()
