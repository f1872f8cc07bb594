"""Show the invoice that an assigned plan, a change or an end would bring, by doing it and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from activity.actors import Actor
from billing.errors import Invalid, NotFound
from catalog.models import Plan
from coupons.models import Coupon
from coupons.operations import apply
from customers.models import Customer
from invoices.models import Invoice
from organizations.models import Organization
from subscriptions.lifecycle import Status
from subscriptions.models import BillingTime, Subscription
from subscriptions.new import NewSubscription
from workflows.bill_due import bill_due
from workflows.create_customer import create_customer
from workflows.end_subscription import end_subscription
from workflows.finalize_invoice import finalize_invoice
from workflows.start_subscription import start_subscription

Shown = TypeVar("Shown")


@dataclass(frozen=True, kw_only=True)
class PreviewAsked:
    """What the invoice is asked for: a plan for a customer (known, or as it would be), or running subscriptions."""

    customer: Mapping[str, Any] = field(default_factory=dict)
    plan_code: str | None = None
    billing_time: str = BillingTime.CALENDAR
    subscription_at: datetime | None = None
    coupon_codes: Sequence[str] = ()
    external_ids: Sequence[str] = ()
    terminated_at: datetime | None = None


class _TakeBack(Exception):
    """Leaves the savepoint, so that nothing of it stays."""


def preview_invoice(
    organization: Organization,
    *,
    asked: PreviewAsked,
    show: Callable[[Invoice], Shown],
    actor: Actor,
    at: datetime,
) -> Shown:
    """Return what `show` makes of the invoice; nothing is kept.

    A plan in arrears is shown with its first period's invoice. Raises NotFound (customer, plan, subscription, coupon)
    and whatever the operations refuse with.
    """
    shown: list[Shown] = []
    try:
        with transaction.atomic():
            invoice = _make(organization, asked, actor=actor, at=at)
            if invoice.is_draft:
                invoice = finalize_invoice(invoice, actor=actor, at=max(at, invoice.billed_at))
            shown.append(show(invoice))
            raise _TakeBack
    except _TakeBack:
        return shown[0]


def _make(
    organization: Organization, asked: PreviewAsked, *, actor: Actor, at: datetime
) -> Invoice:
    customer = _customer(organization, asked, actor=actor, at=at)
    for code in asked.coupon_codes:
        coupon = Coupon.objects.of(organization).offered().filter(code=code).first()
        if coupon is None:
            raise NotFound("coupon")
        apply(coupon, customer=customer, actor=actor, at=at)
    known = set(Invoice.objects.filter(customer=customer).values_list("pk", flat=True))
    rows = _subscriptions(organization, customer, asked, actor=actor, at=at)
    made = Invoice.objects.filter(customer=customer).exclude(pk__in=known)
    if not made.exists():
        dues = [row.next_billing_at for row in rows if row.next_billing_at is not None]
        if dues:
            # The hour in which the billing run comes, on the day itself.
            bill_due(organization, at=max(max(dues), at), actor=actor, customer=customer)
    invoice = made.select_related("customer__organization").order_by("-created_at", "-pk").first()
    if invoice is None:
        raise Invalid({"base": ["value_is_invalid"]}, "Nothing would be invoiced.")
    return invoice


def _customer(
    organization: Organization, asked: PreviewAsked, *, actor: Actor, at: datetime
) -> Customer:
    given = dict(asked.customer)
    external_id = given.get("external_id")
    kept = Customer.objects.of(organization).kept().select_related("organization")
    if asked.external_ids and not external_id:
        row = (
            Subscription.objects.of(organization)
            .active()
            .filter(external_id__in=asked.external_ids)
        )
        owner = row.values_list("customer_id", flat=True).first()
        found = kept.filter(pk=owner).first() if owner else None
    else:
        found = kept.filter(external_id=external_id).first() if external_id else None
    if found is not None:
        return found
    if external_id and set(given) == {"external_id"}:
        raise NotFound("customer")
    return create_customer(
        organization, given | {"external_id": external_id or "preview"}, actor=actor, at=at
    )


def _subscriptions(
    organization: Organization,
    customer: Customer,
    asked: PreviewAsked,
    *,
    actor: Actor,
    at: datetime,
) -> list[Subscription]:
    running = list(
        Subscription.objects.of(organization)
        .filter(customer=customer, external_id__in=asked.external_ids, status=Status.ACTIVE)
        .select_related("plan", "customer__organization")
        .order_by("pk")
    )
    if asked.external_ids and not running:
        raise NotFound("subscription")
    if running and asked.terminated_at is not None:
        for row in running:
            end_subscription(row, actor=actor, at=max(asked.terminated_at, at))
        return []
    if running and asked.plan_code is None:
        return running
    plan = Plan.objects.of(organization).offered().filter(code=asked.plan_code or "").first()
    if plan is None:
        raise NotFound("plan")
    new = NewSubscription(
        external_id=running[0].external_id if running else "preview",
        plan=plan,
        billing_time=asked.billing_time,
        subscription_at=asked.subscription_at,
    )
    return [start_subscription(customer, asked=new, actor=actor, at=at)]
