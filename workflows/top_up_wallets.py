"""Run recurring top-ups: those whose interval has come round, and those whose threshold is reached."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import SYSTEM, Actor
from organizations.models import Organization
from wallets.models import RecurringTransactionRule, TransactionKind, Wallet
from wallets.operations import recurring
from workflows.invoice_purchase import invoice_purchase


def top_up_by_interval(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Run every rule by interval whose local day it is; return how many."""
    rules = recurring.due_interval_rules(organization, at=at)
    for rule in rules:
        _run(rule, actor=actor, at=at)
    return len(rules)


def top_up_by_threshold(
    organization: Organization,
    *,
    at: datetime,
    actor: Actor = SYSTEM,
    wallet: Wallet | None = None,
) -> int:
    """Run every rule whose wallet has run low (of one wallet, if given); return how many."""
    rules = recurring.reached_threshold_rules(organization, at=at, wallet=wallet)
    for rule in rules:
        _run(rule, actor=actor, at=at)
    return len(rules)


def next_interval_top_up(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest local midnight later than `after` of a day on which a rule by interval runs."""
    return recurring.next_interval_day(organization, after=after)


@transaction.atomic
def _run(rule: RecurringTransactionRule, *, actor: Actor, at: datetime) -> None:
    for row in recurring.run_rule(rule, actor=actor, at=at):
        if row.kind == TransactionKind.PURCHASED:
            invoice_purchase(row, actor=actor, at=at)
