"""Progressive billing: which usage thresholds have been passed since the last invoice.

Source: docs/billing-policy.md, section "Progressive billing".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """An amount of usage, in minor units, that makes an invoice when it is reached.

    A recurring one counts again and again above the largest of the others.
    """

    amount_cents: int
    is_recurring: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LifetimeUsage:
    """Usage in minor units: billed in earlier periods, of this period, already billed of it.

    `invoiced_cents` includes what was used before the subscription was moved here;
    `progressive_cents` are the fees of the latest progressive invoice of this period, which holds
    all usage up to its date.
    """

    invoiced_cents: int
    current_cents: int
    progressive_cents: int = 0


def passed_thresholds(thresholds: Iterable[Threshold], usage: LifetimeUsage) -> list[Threshold]:
    """Return the thresholds that are newly reached, the smallest first; often none.

    The last of them is the one to invoice.
    """
    unbilled = usage.current_cents - usage.progressive_cents
    if unbilled < 0:
        return []
    known = list(thresholds)
    fixed = sorted((one for one in known if not one.is_recurring), key=lambda one: one.amount_cents)
    recurring = next((one for one in known if one.is_recurring), None)
    billed = usage.invoiced_cents + usage.progressive_cents
    largest = fixed[-1].amount_cents if fixed else 0
    if billed < largest:
        total = billed + unbilled
        passed = [one for one in fixed if billed < one.amount_cents <= total]
        is_repeated = recurring is not None and total - largest >= recurring.amount_cents
    else:
        passed = []
        is_repeated = recurring is not None and _is_repeated(recurring, billed, unbilled)
    return [*passed, recurring] if recurring is not None and is_repeated else passed


def _is_repeated(recurring: Threshold, billed: int, unbilled: int) -> bool:
    step = recurring.amount_cents
    return unbilled + billed % step >= step
