"""Open a wallet for a customer, with its first credits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from customers.models import Customer
from wallets.models import Wallet
from wallets.operations import RuleTerms, Scope, create
from workflows.move_credits import Moves, move_credits


@transaction.atomic
def open_wallet(
    customer: Customer,
    *,
    columns: Mapping[str, Any],
    scope: Scope | None = None,
    recurring: Sequence[RuleTerms] = (),
    moves: Moves | None = None,
    actor: Actor,
    at: datetime,
) -> Wallet:
    """Open a wallet, buy and grant its first credits, and return it as it stands then.

    Raises NotFound for a deleted customer, and Invalid as `wallets.operations.create` and `move_credits` do.
    """
    wallet = create(customer, columns=columns, scope=scope, recurring=recurring, actor=actor, at=at)
    if moves is not None:
        move_credits(wallet, moves=moves, actor=actor, at=at)
    return Wallet.objects.select_related("customer", "organization").get(pk=wallet.pk)
