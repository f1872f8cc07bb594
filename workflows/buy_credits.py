"""Sell prepaid credits: a pending purchase in the wallet and the invoice that settles it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from wallets.models import Wallet, WalletTransaction
from wallets.operations import transactions as wallets
from workflows.invoice_purchase import invoice_purchase


@transaction.atomic
def buy_credits(
    wallet: Wallet, *, top_up: wallets.TopUp, actor: Actor, at: datetime
) -> WalletTransaction:
    """Write a pending purchase of credits and its invoice; the credits arrive when that is paid.

    Raises Invalid as `wallets.purchase` does.
    """
    purchase = wallets.purchase(wallet, top_up=top_up, actor=actor, at=at)
    invoice_purchase(purchase, actor=actor, at=at)
    return purchase
