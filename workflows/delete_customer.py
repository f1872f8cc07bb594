"""Delete a customer with everything that follows, wholly or not at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from coupons.operations import applied as coupons
from customers.models import Customer
from customers.operations import lock_kept, mark_deleted
from invoices.models import Invoice
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from wallets.models import Wallet
from wallets.operations import wallets
from workflows.end_subscription import end_subscription
from workflows.finalize_invoice import finalize_invoice


@transaction.atomic
def delete_customer(
    customer: Customer, *, actor: Actor, at: datetime, reason: str = ""
) -> Customer:
    """Delete a customer and return it; invoices and credit notes remain.

    In this order: active subscriptions are terminated with their credit notes and invoices, subscriptions that have not
    begun are canceled, drafts are finalized (and use coupons, credit notes and wallets as ever), coupons are
    terminated, wallets are terminated and their credits voided. Raises NotFound when it has been deleted
    already, and whatever a step refuses with; then nothing has changed.
    """
    customer = lock_kept(customer.pk)
    while active := _subscriptions(customer, Status.ACTIVE):
        # Read anew each time: billing what was due may have put another plan in place of one.
        end_subscription(active[0], actor=actor, at=at)
    for status in (Status.PENDING, Status.INCOMPLETE):
        for subscription in _subscriptions(customer, status):
            subscriptions.cancel(subscription, actor=actor, at=at)
    for draft in Invoice.objects.drafts().filter(customer=customer).order_by("created_at", "pk"):
        finalize_invoice(draft, actor=actor, at=at)
    coupons.terminate_all_of(customer, actor=actor, at=at)
    for wallet in Wallet.objects.active().filter(customer=customer).order_by("created_at", "pk"):
        wallets.terminate(wallet, actor=actor, at=at)
    return mark_deleted(customer, reason=reason, actor=actor, at=at)


def _subscriptions(customer: Customer, status: str) -> list[Subscription]:
    return list(
        Subscription.objects.filter(customer=customer, status=status)
        .select_related("plan", "customer__organization")
        .order_by("created_at", "pk")
    )
