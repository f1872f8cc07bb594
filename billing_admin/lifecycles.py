"""Draws the lifecycle tables of all apps as one document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from billing.lifecycle import Lifecycle
from invoices.lifecycle import CREDIT, INVOICE
from payments.lifecycle import PAYMENT, REFUND
from subscriptions.lifecycle import SUBSCRIPTION
from wallets.lifecycle import TRANSACTION, WALLET

DOCUMENT = Path(__file__).parents[1] / "docs" / "lifecycles.md"
HEAD = """# Lifecycles

What may follow what, drawn from the tables in each app's `lifecycle.py` by `python3 manage.py draw_lifecycles`. Operations ask
these tables before they change a status, buttons ask them before they are shown, and nothing else decides.
"""


@dataclass(frozen=True)
class Drawn:
    """A lifecycle with the moments that its statuses stand for."""

    title: str
    lifecycle: Lifecycle
    words: str


DRAWN = (
    Drawn(
        "Subscription",
        SUBSCRIPTION,
        "Pending until its day, or until the period of the one it follows is over; incomplete while it waits for a "
        "first payment. Billed while it is active.",
    ),
    Drawn(
        "Invoice",
        INVOICE,
        "A draft is provisional; a finalized one has its number and never changes its amounts. Closed is an invoice of "
        "nothing that is skipped, open one that waits for its payment before it counts. Generating, open, closed and "
        "deleted ones are shown to nobody.",
    ),
    Drawn(
        "Credit of a credit note",
        CREDIT,
        "Consumed when nothing is left of the balance; available again when an invoice that it paid is voided.",
    ),
    Drawn(
        "Payment",
        PAYMENT,
        "Processing at the provider. A payment that failed may still succeed: the card is tried again, or the news of "
        "it comes late.",
    ),
    Drawn(
        "Refund",
        REFUND,
        "A bank may send back a refund that had seemed to arrive. An operator has one that failed tried again.",
    ),
    Drawn("Wallet", WALLET, "Terminated by hand, by its expiration or with its customer."),
    Drawn(
        "Wallet transaction",
        TRANSACTION,
        "A purchase is pending until its invoice is paid; everything else is settled at once.",
    ),
)


def document() -> str:
    """Return the whole document."""
    return "\n".join([HEAD, *("\n".join(section(drawn)) for drawn in DRAWN)])


def section(drawn: Drawn) -> Iterator[str]:
    table = drawn.lifecycle.table
    followers = {after for afters in table.values() for after in afters}
    yield f"## {drawn.title}\n"
    yield drawn.words + "\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    firsts = [first for first in table if first not in followers] or [next(iter(table))]
    yield from (f"    [*] --> {first}" for first in firsts)
    for before, afters in table.items():
        yield from (f"    {before} --> {after}" for after in sorted(afters))
    yield from (f"    {last} --> [*]" for last in sorted(followers - set(table)))
    yield "```\n"
    yield "| From | To |"
    yield "|---|---|"
    for before, afters in table.items():
        yield f"| {before} | {', '.join(sorted(afters))} |"
    yield ""
