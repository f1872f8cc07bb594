"""Work out what running usage will take from wallets, and top up those that run low."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from activity.actors import SYSTEM, Actor
from billing.taxes import tax_line
from billing.wallets.ongoing import PendingUsage, allocate_ongoing
from invoices.current_usage import CurrentUsage, current_usages
from invoices.means import wallet_terms
from invoices.models import Fee, InvoiceSubscription
from invoices.models.periods import InvoicingReason
from invoices.operations.locking import lock_customers
from invoices.rating.facts import FORGOTTEN
from organizations.models import Organization
from subscriptions.models import Subscription
from wallets.models import Wallet
from wallets.operations import recurring
from workflows.top_up_wallets import top_up_by_threshold


def refresh_balances(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Set the ongoing balance of every wallet that is marked stale, customer by customer; return how many.

    A rule whose threshold is reached tops up at once.
    """
    stale = Wallet.objects.of(organization).active().filter(is_ongoing_stale=True)
    ids = sorted(set(stale.values_list("customer_id", flat=True)))
    return sum(_refresh(customer_id, actor=actor, at=at) for customer_id in ids)


@transaction.atomic
def _refresh(customer_id: uuid.UUID, *, actor: Actor, at: datetime) -> int:
    lock_customers({customer_id})
    rows = list(
        Wallet.objects.active()
        .filter(customer_id=customer_id)
        .prefetch_related("allowed_metrics")
        .order_by("priority", "created_at", "pk")
    )
    by_currency: dict[str, list[Wallet]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    for currency, wallets in by_currency.items():
        pending = _pending(customer_id, currency, at)
        worked = allocate_ongoing([wallet_terms(wallet) for wallet in wallets], pending)
        known = {wallet.pk: wallet for wallet in wallets}
        for balance in worked:
            wallet = known[balance.key]  # type: ignore[index]
            recurring.set_ongoing(wallet, usage_cents=balance.ongoing_usage_balance_cents, at=at)
            top_up_by_threshold(wallet.organization, wallet=wallet, actor=actor, at=at)
    return len(rows)


def _pending(customer_id: uuid.UUID, currency: str, at: datetime) -> list[PendingUsage]:
    """Return what waits for the wallets: running usage, and the fees of drafts, with taxes."""
    active = list(
        Subscription.objects.active()
        .filter(customer_id=customer_id, plan__amount_currency=currency)
        .select_related("plan", "customer__organization")
        .order_by("pk")
    )
    usages = current_usages(active, at=at)
    return [
        *(part for usage in usages for part in _running(usage)),
        *(part for usage in usages for part in _billed(usage)),
        *_drafts(customer_id, currency),
    ]


def _running(usage: CurrentUsage) -> Iterable[PendingUsage]:
    for rated in usage.lines:
        taxes = tax_line(rated.line).unrounded_cents
        yield PendingUsage(
            fee_type=rated.fee.fee_type,
            metric=rated.metric,
            used_cents=rated.fee.amount_cents + taxes,
        )


def _billed(usage: CurrentUsage) -> Iterable[PendingUsage]:
    """What of the running usage has been billed before: by the last progressive invoice, or in advance."""
    progressive = (
        InvoiceSubscription.objects.filter(
            subscription=usage.subscription,
            invoicing_reason=InvoicingReason.PROGRESSIVE,
            charges_start_at=usage.period.start,
        )
        .exclude(invoice__status__in=FORGOTTEN)
        .order_by("-billed_at", "-pk")
        .values_list("invoice_id", flat=True)
        .first()
    )
    fees = Fee.objects.filter(
        Q(invoice_id=progressive, invoice__isnull=False)
        | Q(
            pay_in_advance=True,
            event_transaction_id__isnull=False,
            period__startswith=usage.period.start,
        ),
        subscription=usage.subscription,
        fee_type="charge",
        deleted_at=None,
    ).exclude(invoice__status__in=FORGOTTEN)
    for fee in fees.select_related("charge"):
        # With the tax of the whole fee: what an earlier progressive invoice took off it was taxed there.
        taxes = Decimal(fee.amount_cents) * fee.taxes_rate / 100
        yield PendingUsage(
            fee_type=fee.fee_type,
            metric=fee.charge.billable_metric_id if fee.charge else None,
            billed_cents=fee.amount_cents + taxes,
        )


def _drafts(customer_id: uuid.UUID, currency: str) -> Iterable[PendingUsage]:
    fees = Fee.objects.filter(
        customer_id=customer_id, invoice__status="draft", invoice__currency=currency
    ).select_related("charge")
    for fee in fees:
        net = Decimal(fee.amount_cents) - fee.precise_coupons_amount_cents
        yield PendingUsage(
            fee_type=fee.fee_type,
            metric=fee.charge.billable_metric_id if fee.charge else None,
            used_cents=net + fee.taxes_amount_cents,
        )
