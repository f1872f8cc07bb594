"""Top-ups that happen by themselves, and the running balance that sets them off.

Source: docs/billing-policy.md, section "Wallets".
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from activity import journal
from activity.actors import Actor
from billing.periods import midnight
from billing.recurring_topups import is_topup_day, next_topup_day
from billing.wallets import amount_for, credits_for
from organizations.models import Organization
from persistence.saving import save_valid
from wallets.models import (
    RecurringTransactionRule,
    RuleMethod,
    RuleTrigger,
    Status,
    TransactionSource,
    TransactionStatus,
    Wallet,
    WalletTransaction,
)
from wallets.operations import ledger
from wallets.operations.locking import lock
from wallets.operations.transactions import TopUp, grant, purchase

PAUSE_AFTER_DECLINE = timedelta(hours=1)
ZERO = Decimal(0)


def due_interval_rules(
    organization: Organization, *, at: datetime
) -> list[RecurringTransactionRule]:
    """Return the rules whose day has come for their customer and that have not run on it."""
    rules = _active_rules(organization, at, RuleTrigger.INTERVAL)
    return [rule for rule in rules if _is_due_today(rule, at)]


def next_interval_day(organization: Organization, *, after: datetime) -> datetime | None:
    """Return the earliest moment later than `after` at which a day with a top-up begins for its customer."""
    moments = [
        midnight(
            next_topup_day(
                rule.interval or "",
                rule.wallet.customer.local_date(after),
                created_at=rule.created_at,
                started_at=rule.started_at,
                zone=rule.wallet.customer.zone,
            ),
            rule.wallet.customer.zone,
        )
        for rule in _active_rules(organization, after, RuleTrigger.INTERVAL)
    ]
    return min(moments, default=None)


def reached_threshold_rules(
    organization: Organization, *, at: datetime, wallet: Wallet | None = None
) -> list[RecurringTransactionRule]:
    """Return the rules whose wallet's running balance has fallen to their threshold.

    Purchases that are not paid yet count as there; after one that was declined a rule waits for an hour.
    """
    rules = _active_rules(organization, at, RuleTrigger.THRESHOLD)
    if wallet is not None:
        rules = rules.filter(wallet=wallet)
    low = rules.filter(wallet__credits_ongoing_balance__lte=F("threshold_credits"))
    return [rule for rule in low if _is_reached(rule, rule.wallet, at)]


@transaction.atomic
def run_rule(
    rule: RecurringTransactionRule, *, actor: Actor, at: datetime
) -> list[WalletTransaction]:
    """Top up as `rule` says, if it is due, and return what was written.

    A purchase among them is pending: the caller makes its invoice. Running a rule again that is no longer due
    writes nothing.
    """
    wallet = lock(rule.wallet)
    rule = RecurringTransactionRule.objects.locked().get(pk=rule.pk)
    rule.wallet = wallet
    if rule.status != Status.ACTIVE or not wallet.is_active or not _is_due(rule, wallet, at):
        return []
    rule.last_run_on, rule.updated_at = wallet.customer.local_date(at), at
    save_valid(rule, update_fields=["last_run_on", "updated_at"])
    paid, granted = _credits_of(rule, wallet)
    rows = []
    if paid > ZERO:
        rows.append(purchase(wallet, top_up=_top_up(rule, paid), actor=actor, at=at))
    if granted > ZERO:
        rows.append(grant(wallet, top_up=_top_up(rule, granted), actor=actor, at=at))
    return rows


@transaction.atomic
def set_ongoing(wallet: Wallet, *, usage_cents: int, at: datetime) -> Wallet:
    """Store what the running period has used so far of this wallet (it may exceed the balance).

    A figure that is worked out again every few minutes is not journaled; a balance that it brings to 0 or below
    is announced (``wallet.depleted_ongoing_balance``).
    """
    wallet = lock(wallet)
    if not wallet.is_active:
        return wallet
    had_credits = wallet.ongoing_balance_cents > 0
    ledger.set_ongoing_figures(wallet, usage_cents)
    wallet.is_ongoing_stale = False
    wallet.last_balance_sync_at = at
    save_valid(wallet, update_fields=ledger.BALANCES)
    if had_credits and wallet.ongoing_balance_cents <= 0:
        journal.announce(wallet, "wallet.depleted_ongoing_balance", at=at)
    return wallet


@transaction.atomic
def mark_stale(organization: Organization, *, customer_ids: Iterable[uuid.UUID]) -> int:
    """Ask for the running balances of these customers' wallets to be worked out again; returns how many."""
    active = Wallet.objects.of(organization).active().filter(customer_id__in=list(customer_ids))
    return active.filter(is_ongoing_stale=False).update(is_ongoing_stale=True)


def expire_rules(organization: Organization, *, at: datetime) -> int:
    """End the rules whose expiration has passed by `at`; returns how many."""
    due = RecurringTransactionRule.objects.of(organization).filter(
        status=Status.ACTIVE, expiration_at__lte=at
    )
    return due.update(status=Status.TERMINATED, terminated_at=at, updated_at=at)


def _active_rules(
    organization: Organization, at: datetime, trigger: RuleTrigger
) -> QuerySet[RecurringTransactionRule]:
    return (
        RecurringTransactionRule.objects.of(organization)
        .filter(status=Status.ACTIVE, trigger=trigger, wallet__status=Status.ACTIVE)
        .exclude(expiration_at__lte=at)
        .exclude(wallet__expiration_at__lte=at)
        .select_related("wallet__customer__organization")
        .order_by("pk")
    )


def _is_due(rule: RecurringTransactionRule, wallet: Wallet, at: datetime) -> bool:
    if rule.expiration_at is not None and rule.expiration_at <= at:
        return False
    if rule.trigger == RuleTrigger.INTERVAL:
        return _is_due_today(rule, at)
    is_low = wallet.credits_ongoing_balance <= rule.threshold_credits
    return is_low and _is_reached(rule, wallet, at)


def _is_due_today(rule: RecurringTransactionRule, at: datetime) -> bool:
    customer = rule.wallet.customer
    today = customer.local_date(at)
    if rule.interval is None or (rule.last_run_on is not None and rule.last_run_on >= today):
        return False
    return is_topup_day(
        rule.interval,
        today,
        created_at=rule.created_at,
        started_at=rule.started_at,
        zone=customer.zone,
    )


def _is_reached(rule: RecurringTransactionRule, wallet: Wallet, at: datetime) -> bool:
    if wallet.credits_ongoing_balance + _pending_credits(wallet) > rule.threshold_credits:
        return False
    return not WalletTransaction.objects.filter(
        wallet=wallet,
        source=TransactionSource.THRESHOLD,
        status=TransactionStatus.FAILED,
        failed_at__gt=at - PAUSE_AFTER_DECLINE,
    ).exists()


def _pending_credits(wallet: Wallet) -> Decimal:
    """Return the credits that have been purchased but not paid yet."""
    pending = WalletTransaction.objects.filter(wallet=wallet, status=TransactionStatus.PENDING)
    return pending.aggregate(sum=Sum("credit_amount"))["sum"] or ZERO


def _credits_of(rule: RecurringTransactionRule, wallet: Wallet) -> tuple[Decimal, Decimal]:
    """Return the credits to purchase and to grant; a purchase to a target is raised to the smallest top-up."""
    if rule.method == RuleMethod.FIXED:
        return rule.paid_credits, rule.granted_credits
    there = wallet.credits_ongoing_balance + _pending_credits(wallet)
    gap = (rule.target_ongoing_balance or ZERO) - there
    if gap <= 0 or amount_for(gap, wallet.rate_amount, wallet.currency) <= 0:
        return ZERO, ZERO
    if rule.grants_target_top_up:
        return ZERO, gap
    least = wallet.paid_top_up_min_amount_cents
    if least is not None and not rule.ignore_paid_top_up_limits:
        gap = max(gap, credits_for(least, wallet.rate_amount, wallet.currency))
    return gap, ZERO


def _top_up(rule: RecurringTransactionRule, credits: Decimal) -> TopUp:
    """The rule's limits were judged when it was made; a wallet's later ones do not stop it."""
    source = (
        TransactionSource.INTERVAL
        if rule.trigger == RuleTrigger.INTERVAL
        else TransactionSource.THRESHOLD
    )
    note = ledger.Note(
        name=rule.transaction_name, metadata=tuple(rule.transaction_metadata), source=source
    )
    return TopUp(
        credits=credits,
        note=note,
        requires_payment=rule.invoice_requires_successful_payment,
        ignores_limits=True,
    )
