"""Recurring top-ups in tests, in few words."""

from datetime import UTC, datetime
from decimal import Decimal

from activity.actors import SYSTEM
from wallets import operations
from wallets.operations import RuleTerms


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def interval(**terms):
    return RuleTerms(
        **{"trigger": "interval", "interval": "monthly", "granted_credits": Decimal(3)} | terms
    )


def threshold(**terms):
    return RuleTerms(
        **{"trigger": "threshold", "threshold_credits": Decimal(5), "paid_credits": Decimal(10)}
        | terms
    )


def target(**terms):
    return threshold(
        paid_credits=Decimal(0), method="target", target_ongoing_balance=Decimal(10), **terms
    )


def run_interval(organization, text):
    """Run what is due at `text` and return how many rules there were."""
    due = operations.due_interval_rules(organization, at=moment(text))
    for rule in due:
        operations.run_rule(rule, actor=SYSTEM, at=moment(text))
    return len(due)


def use_up(wallet, usage_cents, at=None):
    at = at or moment("2024-06-06")
    operations.set_ongoing(wallet, usage_cents=usage_cents, at=at)
    rules = operations.reached_threshold_rules(wallet.organization, at=at)
    return [row for rule in rules for row in operations.run_rule(rule, actor=SYSTEM, at=at)]
