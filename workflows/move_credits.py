"""Buy, grant and void credits of a wallet, as one request asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from activity.actors import Actor
from wallets.models import Wallet, WalletTransaction
from wallets.operations import Note, TopUp, grant, void
from workflows.buy_credits import buy_credits

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Credits to buy, to grant and to void, and what is written beside them."""

    paid: Decimal = ZERO
    granted: Decimal = ZERO
    voided: Decimal = ZERO
    note: Note = field(default_factory=Note)
    requires_payment: bool | None = None
    ignores_limits: bool = False


@transaction.atomic
def move_credits(
    wallet: Wallet, *, moves: Moves, actor: Actor, at: datetime
) -> list[WalletTransaction]:
    """Write one transaction a kind that is not 0, purchase first, and return them.

    A purchase is pending, with its invoice. Raises Invalid as `wallets.operations` does; then nothing is written.
    """
    rows = []
    if moves.paid:
        top_up = _top_up(moves, moves.paid)
        rows.append(buy_credits(wallet, top_up=top_up, actor=actor, at=at))
    if moves.granted:
        rows.append(grant(wallet, top_up=_top_up(moves, moves.granted), actor=actor, at=at))
    if moves.voided:
        rows.append(void(wallet, credits=moves.voided, note=moves.note, actor=actor, at=at))
    return rows


def _top_up(moves: Moves, credits: Decimal) -> TopUp:
    return TopUp(
        credits=credits,
        note=moves.note,
        requires_payment=moves.requires_payment,
        ignores_limits=moves.ignores_limits,
    )
