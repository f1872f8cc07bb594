"""Wallets in words: what a credit is worth, what a transaction was, when a rule tops up."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console import formats, vocabulary
from wallets.models import (
    RecurringTransactionRule,
    RuleMethod,
    RuleTrigger,
    TransactionSource,
    Wallet,
    WalletTransaction,
)

INTERVALS = {
    "weekly": gettext_lazy("every week"),
    "monthly": gettext_lazy("every month"),
    "quarterly": gettext_lazy("every quarter"),
    "semiannual": gettext_lazy("every half-year"),
    "yearly": gettext_lazy("every year"),
}


def credits(number: Decimal) -> str:
    """Write a number of credits: ``320.5 credits``."""
    plain = number.normalize()
    count = 1 if plain == 1 else 2
    return ngettext("%(number)s credit", "%(number)s credits", count) % {
        "number": formats.units(plain)
    }


def worth(wallet: Wallet) -> str:
    """Say what a credit is worth: ``1 credit = €1.00``."""
    price = formats.price(wallet.rate_amount, wallet.currency)
    return _("1 credit = %(price)s") % {"price": price}


def what(row: WalletTransaction) -> str:
    """Say what a transaction was, and what set it off."""
    sources = {
        TransactionSource.INTERVAL: _("%(kind)s by interval"),
        TransactionSource.THRESHOLD: _("%(kind)s at the threshold"),
    }
    kind = row.get_kind_display()
    return sources.get(TransactionSource(row.source), "%(kind)s") % {"kind": kind}


def when(rule: RecurringTransactionRule) -> str:
    """Say when a rule tops up."""
    if rule.trigger == RuleTrigger.INTERVAL:
        return vocabulary.beginning(str(INTERVALS.get(rule.interval or "", "")))
    return _("When the ongoing balance falls to %(credits)s") % {
        "credits": credits(rule.threshold_credits)
    }


def how_much(rule: RecurringTransactionRule) -> str:
    """Say what a rule brings."""
    if rule.method == RuleMethod.TARGET:
        text = (
            _("Grants what is missing to %(credits)s")
            if rule.grants_target_top_up
            else _("Buys what is missing to %(credits)s")
        )
        return text % {"credits": credits(rule.target_ongoing_balance or Decimal(0))}
    parts = []
    if rule.paid_credits:
        parts.append(_("buys %(credits)s") % {"credits": credits(rule.paid_credits)})
    if rule.granted_credits:
        parts.append(_("grants %(credits)s") % {"credits": credits(rule.granted_credits)})
    return vocabulary.beginning(", ".join(parts))
