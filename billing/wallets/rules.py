"""What a recurring top-up rule brings into a wallet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.lines import ZERO
from billing.wallets.conversion import amount_for, credits_for
from billing.wallets.top_ups import TopUpTerms, Transfer, grant, purchase

FIXED, TARGET = "fixed", "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """A recurring rule: `fixed` brings the credits it names, `target` what is missing to a balance.

    `grants_target` makes the missing credits a gift instead of a purchase.
    """

    method: str
    paid_credits: Decimal = ZERO
    granted_credits: Decimal = ZERO
    target_ongoing_balance: Decimal = ZERO
    grants_target: bool = False
    ignores_limits: bool = False


@dataclass(frozen=True, slots=True)
class RuleTopUp:
    """What a rule brings; None for what it does not."""

    paid: Transfer | None
    granted: Transfer | None


def is_at_threshold(
    threshold_credits: Decimal, *, ongoing_credits: Decimal, pending_credits: Decimal
) -> bool:
    """Say whether a threshold rule fires: the ongoing balance is low, even with what is on its way."""
    lowest = max(ongoing_credits, ongoing_credits + pending_credits)
    return lowest <= threshold_credits


def rule_top_up(
    rule: RuleTerms, terms: TopUpTerms, *, ongoing_credits: Decimal, pending_credits: Decimal
) -> RuleTopUp:
    """Return what `rule` brings now; ongoing and pending credits count for a target only.

    A purchase up to a target is raised to the wallet's minimum unless the rule ignores limits; the
    maximum does not lower it. Raises Invalid like `purchase` for a fixed amount outside the limits.
    """
    if rule.method == FIXED:
        return RuleTopUp(
            paid=purchase(rule.paid_credits, terms, ignores_limits=rule.ignores_limits)
            if rule.paid_credits
            else None,
            granted=grant(rule.granted_credits, terms) if rule.granted_credits else None,
        )
    missing = rule.target_ongoing_balance - ongoing_credits - pending_credits
    if missing <= 0 or amount_for(missing, terms.rate, terms.currency) == 0:
        return RuleTopUp(None, None)
    if rule.grants_target:
        return RuleTopUp(None, grant(missing, terms))
    return RuleTopUp(_up_to_target(missing, rule, terms), None)


def _up_to_target(missing: Decimal, rule: RuleTerms, terms: TopUpTerms) -> Transfer:
    bought = purchase(missing, terms, ignores_limits=True)
    least = 0 if rule.ignores_limits else terms.paid_top_up_min_amount_cents or 0
    if bought.amount_cents >= least:
        return bought
    return Transfer(least, credits_for(least, terms.rate, terms.currency))
