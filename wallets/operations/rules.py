"""Recurring top-ups: what they are, when they are due, and how much they bring.

Source: docs/billing-policy.md, section "Wallets".
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop as noop

from activity import journal
from billing.errors import Invalid
from catalog.models.plan import Interval
from persistence.saving import save_valid
from wallets.credits import worth_of_top_up
from wallets.models import RecurringTransactionRule, RuleMethod, RuleTrigger, Status, Wallet
from wallets.operations.transactions import require_within_limits

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """A recurring top-up as asked for; credits in credits, not in money. `id` names one that exists."""

    trigger: str
    method: str = RuleMethod.FIXED
    id: uuid.UUID | None = None
    interval: str | None = None
    threshold_credits: Decimal = ZERO
    paid_credits: Decimal = ZERO
    granted_credits: Decimal = ZERO
    target_ongoing_balance: Decimal | None = None
    grants_target_top_up: bool = False
    started_at: datetime | None = None
    expiration_at: datetime | None = None
    transaction_name: str | None = None
    transaction_metadata: tuple[Mapping[str, str], ...] = ()
    invoice_requires_successful_payment: bool = False
    ignore_paid_top_up_limits: bool = False


def replace(wallet: Wallet, recurring: Sequence[RuleTerms], *, at: datetime) -> None:
    """Let `recurring` be the wallet's rules: one that is named by its id changes, others end.

    The caller holds the wallet's lock. Raises Invalid: ``invalid_number_of_recurring_rules``,
    ``invalid_recurring_rule``.
    """
    if len(recurring) > 1:
        raise _refusal("invalid_number_of_recurring_rules", "A wallet has at most one such rule.")
    for terms in recurring:
        _require_valid(wallet, terms, at)
    active = active_of(wallet)
    kept = {terms.id for terms in recurring}
    for rule in active:
        if rule.pk not in kept:
            _end(rule, at)
    for terms in recurring:
        known = next((rule for rule in active if rule.pk == terms.id), None)
        _save(wallet, known or _new(wallet, at), terms, at)


def terminate_all(wallet: Wallet, *, at: datetime) -> None:
    """End the wallet's rules."""
    for rule in active_of(wallet):
        _end(rule, at)


def active_of(wallet: Wallet) -> list[RecurringTransactionRule]:
    """Lock and return the wallet's active rules."""
    return list(wallet.recurring_transaction_rules.filter(status=Status.ACTIVE).locked())


def snapshot(wallet: Wallet) -> list[dict[str, Any]]:
    """Return the active rules for the journal."""
    rows = wallet.recurring_transaction_rules.filter(status=Status.ACTIVE).order_by("pk")
    return [journal.snapshot(rule) for rule in rows]


def _new(wallet: Wallet, at: datetime) -> RecurringTransactionRule:
    return RecurringTransactionRule(
        organization_id=wallet.organization_id, wallet=wallet, created_at=at
    )


def _save(wallet: Wallet, rule: RecurringTransactionRule, terms: RuleTerms, at: datetime) -> None:
    for name in RuleTerms.__slots__:
        if name != "id":
            setattr(rule, name, getattr(terms, name))
    rule.transaction_metadata = [dict(pair) for pair in terms.transaction_metadata]
    rule.updated_at = at
    save_valid(rule)


def _end(rule: RecurringTransactionRule, at: datetime) -> None:
    rule.status, rule.terminated_at, rule.updated_at = Status.TERMINATED, at, at
    save_valid(rule, update_fields=["status", "terminated_at", "updated_at"])


def _require_valid(wallet: Wallet, terms: RuleTerms, at: datetime) -> None:
    problem = _problem(terms, at)
    if problem:
        raise _refusal("invalid_recurring_rule", problem)
    if terms.method == RuleMethod.FIXED:
        _require_worth(wallet, terms)


def _problem(terms: RuleTerms, at: datetime) -> str:
    """Say what is wrong with the rule, or nothing."""
    target = terms.target_ongoing_balance
    checks = (
        (
            terms.trigger not in RuleTrigger.values,
            noop("A rule is triggered by interval or threshold."),
        ),
        (
            terms.method not in RuleMethod.values,
            noop("A rule tops up a fixed number or to a target."),
        ),
        (
            terms.trigger == RuleTrigger.INTERVAL and terms.interval not in Interval.values,
            noop("A rule by interval needs its interval."),
        ),
        (
            terms.method == RuleMethod.TARGET and (target is None or target <= 0),
            noop("A rule with a target needs the balance to reach."),
        ),
        (
            terms.method == RuleMethod.TARGET
            and terms.trigger == RuleTrigger.THRESHOLD
            and target is not None
            and target <= terms.threshold_credits,
            noop("The target must lie above the threshold."),
        ),
        (
            terms.method == RuleMethod.FIXED and terms.paid_credits + terms.granted_credits <= 0,
            noop("A fixed top-up brings more than 0 credits."),
        ),
        (
            terms.expiration_at is not None and terms.expiration_at <= at,
            noop("A rule cannot expire in the past."),
        ),
    )
    return next((problem for is_wrong, problem in checks if is_wrong), "")


def _require_worth(wallet: Wallet, terms: RuleTerms) -> None:
    """Refuse a fixed rule whose top-ups would be refused each time."""
    try:
        if terms.granted_credits:
            worth_of_top_up(wallet, terms.granted_credits, "granted_credits")
        if terms.paid_credits:
            worth = worth_of_top_up(wallet, terms.paid_credits, "paid_credits")
            if not terms.ignore_paid_top_up_limits:
                require_within_limits(wallet, worth.amount_cents)
    except Invalid as error:
        raise _refusal("invalid_recurring_rule", error.message) from error


def _refusal(code: str, message: str) -> Invalid:
    return Invalid({"recurring_transaction_rules": [code]}, message)
