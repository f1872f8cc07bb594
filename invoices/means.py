"""What a customer can bring to an invoice: coupons, credit notes and wallets, read for many at once."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from django.db.models import Sum

from billing.coupons import CouponTerms
from billing.credits import NoteBalance
from billing.wallets import WalletTerms
from coupons.models import AppliedCoupon
from invoices.models import CouponCredit, CreditNote
from wallets.models import Wallet

GIVEN_BACK = ("voided", "closed", "deleted")
"""What a coupon took off invoices in these states is left on it again."""


@dataclass
class Means:
    """One customer's coupons, credit notes and wallets, as terms and as rows; oldest first."""

    coupons: list[CouponTerms] = field(default_factory=list)
    notes: list[NoteBalance] = field(default_factory=list)
    note_invoices: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    wallets: list[WalletTerms] = field(default_factory=list)
    applied_coupons: dict[uuid.UUID, AppliedCoupon] = field(default_factory=dict)
    credit_notes: dict[uuid.UUID, CreditNote] = field(default_factory=dict)
    wallet_rows: dict[uuid.UUID, Wallet] = field(default_factory=dict)

    def notes_for(self, invoice_id: uuid.UUID) -> tuple[NoteBalance, ...]:
        """Return the credit notes that may pay this invoice: all but its own."""
        return tuple(
            note
            for note in self.notes
            if self.note_invoices[cast(uuid.UUID, note.key)] != invoice_id
        )


def read_means(customer_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Means]:
    """Return the means of each customer; six queries. The customers' rows must be locked by the caller."""
    ids = set(customer_ids)
    found: dict[uuid.UUID, Means] = defaultdict(Means)
    _read_coupons(ids, found)
    _read_notes(ids, found)
    _read_wallets(ids, found)
    return found


def _read_coupons(ids: set[uuid.UUID], found: dict[uuid.UUID, Means]) -> None:
    rows = list(
        AppliedCoupon.objects.active()
        .filter(customer_id__in=ids)
        .select_related("coupon")
        .prefetch_related("coupon__plans", "coupon__billable_metrics")
        .order_by("created_at", "pk")
    )
    spent = spent_on([row.pk for row in rows if row.frequency == "once"])
    for row in rows:
        means = found[row.customer_id]
        means.applied_coupons[row.pk] = row
        means.coupons.append(
            CouponTerms(
                key=row.pk,
                kind=row.coupon_type,
                frequency=row.frequency,
                amount_cents=row.amount_cents or 0,
                currency=row.amount_currency,
                percentage_rate=row.percentage_rate or Decimal(0),
                remaining_cents=(row.amount_cents or 0) - spent.get(row.pk, 0),
                frequency_duration_remaining=row.frequency_duration_remaining,
                metrics=frozenset(metric.pk for metric in row.coupon.billable_metrics.all()),
                plans=frozenset(plan.pk for plan in row.coupon.plans.all()),
            )
        )


def spent_on(applied_coupon_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return what each applied coupon has taken off invoices that count, in minor units."""
    return dict(
        CouponCredit.objects.filter(applied_coupon_id__in=list(applied_coupon_ids))
        .exclude(invoice__status__in=GIVEN_BACK)
        .values_list("applied_coupon_id")
        .annotate(sum=Sum("amount_cents"))
    )


def _read_notes(ids: set[uuid.UUID], found: dict[uuid.UUID, Means]) -> None:
    rows = CreditNote.objects.available().filter(customer_id__in=ids)
    for row in rows.order_by("created_at", "pk"):
        means = found[row.customer_id]
        means.credit_notes[row.pk] = row
        means.note_invoices[row.pk] = row.invoice_id
        means.notes.append(
            NoteBalance(key=row.pk, balance_cents=row.balance_amount_cents, currency=row.currency)
        )


def _read_wallets(ids: set[uuid.UUID], found: dict[uuid.UUID, Means]) -> None:
    rows = (
        Wallet.objects.active()
        .filter(customer_id__in=ids, balance_cents__gt=0)
        .prefetch_related("allowed_metrics")
        .order_by("priority", "created_at", "pk")
    )
    for row in rows:
        means = found[row.customer_id]
        means.wallet_rows[row.pk] = row
        means.wallets.append(wallet_terms(row))


def wallet_terms(row: Wallet) -> WalletTerms:
    """Return a wallet as the pure core sees it."""
    return WalletTerms(
        key=row.pk,
        balance_cents=row.balance_cents,
        credits_balance=row.credits_balance,
        rate=row.rate_amount,
        currency=row.currency,
        priority=row.priority,
        fee_types=frozenset(row.allowed_fee_types),
        metrics=frozenset(metric.pk for metric in row.allowed_metrics.all()),
    )
