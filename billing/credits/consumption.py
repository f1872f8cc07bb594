"""How credit notes pay an invoice."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.exact import exact
from billing.lines import ZERO, Step, spell
from billing.money import round_to


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBalance:
    """A finalized, available credit note of the customer that belongs to another invoice."""

    key: Hashable
    balance_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class NoteGrant:
    """What one credit note pays; `is_consumed` says that nothing is left of it."""

    key: Hashable
    amount_cents: int
    is_consumed: bool


@dataclass(frozen=True, slots=True)
class Credited:
    """What the credit notes pay together, each in turn."""

    grants: tuple[NoteGrant, ...]
    amount_cents: int
    steps: tuple[Step, ...]


def consume(notes: Sequence[NoteBalance], *, total_cents: int, currency: str) -> Credited:
    """Pay `total_cents` from `notes`, oldest first; one in another currency is passed over."""
    left = total_cents
    grants: list[NoteGrant] = []
    steps: list[Step] = []
    for note in notes:
        amount = min(note.balance_cents, left)
        if note.currency != currency or amount <= 0:
            continue
        left -= amount
        grants.append(NoteGrant(note.key, amount, amount == note.balance_cents))
        why = f"the lesser of its balance ({spell(note.balance_cents, currency)}) and what is due"
        steps.append(Step("credit_note", -amount, why, note.key))
    return Credited(tuple(grants), total_cents - left, tuple(steps))


@exact
def share_on_fees(values: Mapping[Hashable, Decimal], amount_cents: int) -> dict[Hashable, Decimal]:
    """Share what credit notes paid among the fees by their value with taxes, 5 decimals."""
    total = sum(values.values(), ZERO)
    if total <= 0:
        return dict.fromkeys(values, ZERO)
    return {
        key: min(round_to(amount_cents * value / total, 5), value) for key, value in values.items()
    }
