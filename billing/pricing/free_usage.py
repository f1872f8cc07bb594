"""The allowances of a percentage charge: how many events and units cost nothing.

Source: docs/billing-policy.md, section "Charge models", 4.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate

from billing.pricing.usage import ZERO, Usage


def running_totals(usage: Usage, events: int, total: Decimal) -> tuple[Decimal, ...]:
    """Return the running totals that matter to allowances of `events` events and `total` units.

    With an allowance of events these are the totals after each of the first ones; with one of
    units, those up to and including the first that exceeds it. A count simply counts.
    """
    if not events and not total:
        return ()
    if usage.is_count:
        return tuple(Decimal(number) for number in range(1, int(usage.units) + 1))
    running = accumulate(usage.values)
    if events:
        return tuple(running)[:events]
    kept: list[Decimal] = []
    for value in running:
        kept.append(value)
        if value > total:
            break
    return tuple(kept)


def free_units(usage: Usage, events: int, total: Decimal) -> Decimal:
    """Return the units that cost nothing."""
    running = running_totals(usage, events, total)
    if not running or running[-1] == 0:
        return ZERO
    if 0 < events < len(running):
        return running[events - 1]
    return min(running[-1], total) if total else running[-1]


def free_events(usage: Usage, events: int, total: Decimal) -> int:
    """Return the number of events that pay no fixed amount: of two allowances, the shorter."""
    below = sum(value < total for value in running_totals(usage, events, total))
    return min((each for each in (events, below) if each), default=0)
