"""Reading credits as they are given, and what they are worth.

Source: docs/billing-policy.md, section "Wallets".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from billing.errors import Invalid, Sentence
from billing.wallets import amount_for, credits_for, floored
from wallets.models import Wallet

_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,40})?")


@dataclass(frozen=True, slots=True)
class Worth:
    """Credits (5 decimals) and the minor units they are worth."""

    credits: Decimal
    amount_cents: int


def parse_credits(value: object, field: str) -> Decimal:
    """Read credits given as text, cut after 5 decimals.

    Raises Invalid (``invalid_<field>`` and ``invalid_amount``) for anything but a number of 0 or more; a number
    that is no text has lost decimals already and is refused too.
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return floored(Decimal(value.strip()))
    if isinstance(value, Decimal) and value.is_finite() and value >= 0:
        return floored(value)
    raise Invalid(
        {field: [f"invalid_{field}", "invalid_amount"]}, "Give credits as a number of 0 or more."
    )


def worth_of_top_up(wallet: Wallet, credits: Decimal, field: str) -> Worth:
    """Return what a top-up brings: the amount is rounded, and buys as many credits as it is worth.

    Raises Invalid (``amount_rounds_to_zero``) when it is worth less than half a minor unit.
    """
    amount_cents = amount_for(floored(credits), wallet.rate_amount, wallet.currency)
    if amount_cents <= 0:
        raise Invalid({field: ["amount_rounds_to_zero"]}, "These credits are worth nothing.")
    return Worth(credits_for(amount_cents, wallet.rate_amount, wallet.currency), amount_cents)


def worth_of_void(wallet: Wallet, credits: Decimal) -> Worth:
    """Return what a void takes: the credits as asked, and their rounded amount.

    The last credits take the whole rest of the balance, so that neither figure is left over alone. Raises
    Invalid (``insufficient_credits``) when the wallet does not hold them.
    """
    credits = floored(credits)
    if credits > wallet.credits_balance:
        raise Invalid(
            {"voided_credits": ["insufficient_credits"]},
            Sentence(
                "The wallet holds {credits:f} credits.", credits=wallet.credits_balance.normalize()
            ),
        )
    if credits == wallet.credits_balance:
        return Worth(credits, wallet.balance_cents)
    amount_cents = amount_for(credits, wallet.rate_amount, wallet.currency)
    if amount_cents <= 0:
        raise Invalid(
            {"voided_credits": ["amount_rounds_to_zero"]}, "These credits are worth nothing."
        )
    return Worth(credits, min(amount_cents, wallet.balance_cents))


def worth_of_amount(wallet: Wallet, amount_cents: int) -> Worth:
    """Return what paying `amount_cents` takes; the last minor unit takes the last credits.

    Raises Invalid (``insufficient_credits``) when the wallet does not hold it.
    """
    if not 0 < amount_cents <= wallet.balance_cents:
        raise Invalid({"base": ["insufficient_credits"]}, "The wallet does not hold that much.")
    if amount_cents == wallet.balance_cents:
        return Worth(wallet.credits_balance, amount_cents)
    credits = credits_for(amount_cents, wallet.rate_amount, wallet.currency)
    return Worth(min(credits, wallet.credits_balance), amount_cents)
