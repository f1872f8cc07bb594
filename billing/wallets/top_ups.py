"""What goes into a wallet and what is voided from it, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.errors import Invalid
from billing.wallets.conversion import amount_for, credits_for, floored

PAID, GRANTED, VOIDED = "paid_credits", "granted_credits", "voided_credits"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpTerms:
    """A wallet as far as its top-ups ask: `rate` is the price of one credit in currency units."""

    rate: Decimal
    currency: str
    paid_top_up_min_amount_cents: int | None = None
    paid_top_up_max_amount_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money in minor units and the credits (5 decimals) that it stands for."""

    amount_cents: int
    credits: Decimal


def purchase(credits: Decimal, terms: TopUpTerms, *, ignores_limits: bool = False) -> Transfer:
    """Return what buying `credits` costs, and the credits that this money stands for.

    Raises Invalid ``paid_credits``: invalid_paid_credits (with invalid_amount) unless positive,
    amount_rounds_to_zero, amount_below_minimum, amount_above_maximum.
    """
    bought = _top_up(credits, terms, PAID)
    if not ignores_limits:
        _check_limits(bought.amount_cents, terms)
    return bought


def grant(credits: Decimal, terms: TopUpTerms) -> Transfer:
    """Return the money that granting `credits` stands for.

    Raises Invalid ``granted_credits``: invalid_granted_credits (with invalid_amount) unless positive,
    amount_rounds_to_zero.
    """
    return _top_up(credits, terms, GRANTED)


def void(
    credits: Decimal, terms: TopUpTerms, *, credits_balance: Decimal, balance_cents: int
) -> Transfer:
    """Return what leaves the wallet when `credits` are voided: the credits as asked, rounded money.

    Voiding all credits takes all the money. Raises Invalid ``voided_credits``: invalid_voided_credits (with
    invalid_amount) unless positive, insufficient_credits, amount_rounds_to_zero.
    """
    _check_positive(credits, VOIDED)
    voided = floored(credits)
    if voided > credits_balance:
        raise Invalid({VOIDED: ["insufficient_credits"]}, "The wallet holds fewer credits.")
    if voided == credits_balance:
        return void_rest(credits_balance=credits_balance, balance_cents=balance_cents)
    amount = min(amount_for(voided, terms.rate, terms.currency), balance_cents)
    _check_amount(amount, VOIDED)
    return Transfer(amount, voided)


def void_rest(*, credits_balance: Decimal, balance_cents: int) -> Transfer:
    """Return all that is left: what is voided when a wallet ends, so that its ledger ends at zero."""
    return Transfer(balance_cents, credits_balance)


def _top_up(credits: Decimal, terms: TopUpTerms, field: str) -> Transfer:
    _check_positive(credits, field)
    amount = amount_for(floored(credits), terms.rate, terms.currency)
    _check_amount(amount, field)
    return Transfer(amount, credits_for(amount, terms.rate, terms.currency))


def _check_positive(credits: Decimal, field: str) -> None:
    if not credits.is_finite() or credits <= 0:
        raise Invalid({field: [f"invalid_{field}", "invalid_amount"]})


def _check_amount(amount_cents: int, field: str) -> None:
    if amount_cents == 0:
        raise Invalid({field: ["amount_rounds_to_zero"]}, "So few credits are worth nothing.")


def _check_limits(amount_cents: int, terms: TopUpTerms) -> None:
    least, most = terms.paid_top_up_min_amount_cents, terms.paid_top_up_max_amount_cents
    if least is not None and amount_cents < least:
        raise Invalid({PAID: ["amount_below_minimum"]}, minimum_cents=least)
    if most is not None and amount_cents > most:
        raise Invalid({PAID: ["amount_above_maximum"]}, maximum_cents=most)
