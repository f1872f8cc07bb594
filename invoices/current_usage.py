"""What subscriptions have used in the period that is running, priced as the invoice will price it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from billing.errors import NotAllowed
from billing.money import round_to_cents
from billing.periods import Period, Reason, charges_cycle, days, local_day
from billing.periods.cycles import cycle_days, cycle_period
from billing.taxes import tax_line
from catalog.models import Charge
from invoices.models import Fee
from invoices.rating import Occasion, SubscriptionFacts, gather, rate
from invoices.rating.line import RatedFee
from invoices.rating.plans import PlanBook, read_plan_book
from subscriptions.models import Subscription


@dataclass(frozen=True, slots=True)
class ChargeUsage:
    """A charge with its priced parts: one unsaved fee for each filter and group."""

    charge: Charge
    fees: tuple[Fee, ...]

    @property
    def amount_cents(self) -> int:
        """What the charge comes to, in minor units."""
        return sum(fee.amount_cents for fee in self.fees)

    @property
    def units(self) -> Decimal:
        """The units of all parts."""
        return sum((fee.units for fee in self.fees), Decimal(0))

    @property
    def total_aggregated_units(self) -> Decimal:
        """The levels reached by all parts."""
        return sum((fee.total_aggregated_units or Decimal(0) for fee in self.fees), Decimal(0))

    @property
    def events_count(self) -> int:
        """The events of all parts."""
        return sum(fee.events_count or 0 for fee in self.fees)


@dataclass(frozen=True, slots=True)
class CurrentUsage:
    """The running period of a subscription: its charges by metric name, amounts in minor units.

    `elapsed_days` of the `period_days` of the whole charges period have begun; `taxes_amount_cents` is 0 where taxes
    were not asked for.
    """

    subscription: Subscription
    period: Period
    currency: str
    charges: tuple[ChargeUsage, ...]
    lines: tuple[RatedFee, ...]
    has_taxes: bool
    taxes_amount_cents: int
    elapsed_days: int
    period_days: int

    def only(self, chosen: Callable[[Charge], bool]) -> CurrentUsage:
        """Return the usage of the chosen charges alone, with what they come to."""
        charges = tuple(each for each in self.charges if chosen(each.charge))
        kept = {each.charge.pk for each in charges}
        lines = tuple(line for line in self.lines if line.fee.charge_id in kept)
        taxes = _taxes(lines) if self.has_taxes else 0
        return replace(self, charges=charges, lines=lines, taxes_amount_cents=taxes)

    @property
    def amount_cents(self) -> int:
        """What was used so far, before taxes."""
        return sum(charge.amount_cents for charge in self.charges)

    @property
    def total_amount_cents(self) -> int:
        """What was used so far, with taxes."""
        return self.amount_cents + self.taxes_amount_cents


def current_usage(
    subscription: Subscription, *, at: datetime, has_taxes: bool = True
) -> CurrentUsage:
    """Return the running usage of a subscription, which comes with plan, customer and organization.

    Raises NotAllowed ``no_active_subscription`` unless it is active.
    """
    if not subscription.is_active:
        raise NotAllowed("no_active_subscription", "This subscription is not active.")
    return current_usages([subscription], at=at, has_taxes=has_taxes)[0]


def current_usages(
    subscriptions: Sequence[Subscription], *, at: datetime, has_taxes: bool = True
) -> list[CurrentUsage]:
    """Return the running usage of several subscriptions with as many queries as for one."""
    if not subscriptions:
        return []
    occasions = [
        Occasion(row, Reason.CURRENT_USAGE, max(at, row.started_at or at)) for row in subscriptions
    ]
    book = read_plan_book(
        {row.plan_id for row in subscriptions}, [row.customer for row in subscriptions]
    )
    facts = gather(occasions)
    rated = rate(facts, book)
    return [
        _usage(each, book, lines.fees, has_taxes) for each, lines in zip(facts, rated, strict=True)
    ]


def _usage(
    facts: SubscriptionFacts, book: PlanBook, lines: Iterable[RatedFee], has_taxes: bool
) -> CurrentUsage:
    subscription = facts.subscription
    period = facts.boundaries.charges
    assert period is not None
    lines = tuple(lines)
    by_charge: dict[uuid.UUID, list[Fee]] = {}
    for rated in lines:
        assert rated.fee.charge_id is not None
        by_charge.setdefault(rated.fee.charge_id, []).append(rated.fee)
    charges = sorted(
        book.charges(subscription.plan_id),
        key=lambda charge: (charge.billable_metric.name, charge.created_at, charge.pk),
    )
    zone, cycle = facts.terms.zone, charges_cycle(facts.terms)
    today = local_day(facts.occasion.billed_at, zone)
    natural = cycle_period(cycle, today, zone)
    begun = Period(natural.start, max(facts.occasion.billed_at, natural.start))
    return CurrentUsage(
        subscription=subscription,
        period=period,
        currency=book.plans[subscription.plan_id].amount_currency,
        charges=tuple(
            ChargeUsage(charge, tuple(by_charge.get(charge.pk, ()))) for charge in charges
        ),
        lines=lines,
        has_taxes=has_taxes,
        taxes_amount_cents=_taxes(lines) if has_taxes else 0,
        elapsed_days=max(days(begun, zone), 1),
        period_days=cycle_days(cycle, today),
    )


def _taxes(lines: Iterable[RatedFee]) -> int:
    """Return the taxes of the lines together, rounded once."""
    return round_to_cents(
        sum((tax_line(rated.line).unrounded_cents for rated in lines), Decimal(0))
    )
