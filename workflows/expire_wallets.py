"""Terminate wallets, and top-up rules, whose expiration has passed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from organizations.models import Organization
from wallets.models import RecurringTransactionRule, Status, Wallet
from wallets.operations import recurring, wallets


def expire_wallets(organization: Organization, *, at: datetime) -> int:
    """Terminate every wallet that expired by `at`, voiding its credits, and every rule; return how many wallets."""
    recurring.expire_rules(organization, at=at)
    return wallets.expire_due(organization, at=at)


def next_wallet_expiry(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest moment later than `after` at which a wallet or a rule expires."""
    held = Wallet.objects.of(organization).active().filter(expiration_at__gt=after)
    rules = RecurringTransactionRule.objects.of(organization).filter(
        status=Status.ACTIVE, expiration_at__gt=after
    )
    moments = [rows.aggregate(at=Min("expiration_at"))["at"] for rows in (held, rules)]
    return min((moment for moment in moments if moment is not None), default=None)
