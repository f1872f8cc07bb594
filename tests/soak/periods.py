"""Let random subscriptions live through their billing moments and look for gaps and overlaps."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing.periods import (
    BilledTo,
    Boundaries,
    Period,
    Reason,
    SubscriptionTerms,
    boundaries,
    local_day,
    midnight,
    next_billing_day_after,
)
from billing.subscription_fee import FeeHistory, bills_subscription_fee

ZONES = """
    UTC Africa/Cairo Africa/Casablanca America/Anchorage America/Bogota America/Chicago
    America/Havana America/Los_Angeles America/New_York America/Santiago America/Sao_Paulo
    America/St_Johns Asia/Beirut Asia/Dubai Asia/Kathmandu Asia/Kolkata Asia/Shanghai Asia/Tehran
    Asia/Tokyo Atlantic/Azores Australia/Adelaide Australia/Lord_Howe Australia/Sydney
    Europe/Berlin Europe/Dublin Europe/London Pacific/Auckland Pacific/Chatham
    Pacific/Kiritimati Pacific/Pago_Pago
""".split()
INTERVALS = ["weekly", "monthly", "quarterly", "semiannual", "yearly"]
MONTHS = 14


@dataclass
class Life:
    """What has been billed to one subscription, in the order of the invoices."""

    terms: SubscriptionTerms
    moved: bool = False
    subscription: list[Period] = field(default_factory=list)
    charges: list[Period] = field(default_factory=list)
    fixed_charges: list[Period] = field(default_factory=list)
    invoices: int = 0

    def bill(self, at: datetime, reason: Reason) -> None:
        """Make the invoice of the moment `at`."""
        found = boundaries(self.terms, at, reason, billed_to=self.billed_to)
        history = FeeHistory(is_billed_before=bool(self.subscription))
        if bills_subscription_fee(self.terms, at, reason, history):
            self.subscription.append(found.subscription)
        if reason != Reason.STARTING:
            self._add_usage(found)
        self.invoices += 1

    def _add_usage(self, found: Boundaries) -> None:
        if found.charges is not None:
            self.charges.append(found.charges)
        if found.fixed_charges is not None:
            self.fixed_charges.append(found.fixed_charges)

    @property
    def billed_to(self) -> BilledTo:
        """Where each of the three ends."""
        ends = (self.subscription, self.charges, self.fixed_charges)
        return BilledTo(*(periods[-1].end if periods else None for periods in ends))


def live(terms: SubscriptionTerms, ended_at: datetime, move: tuple[datetime, str] | None) -> Life:
    """Bill a subscription on each of its billing days until it is terminated at `ended_at`."""
    life = Life(terms)
    if terms.pay_in_advance:
        life.bill(terms.started_at, Reason.STARTING)
    day: date | None = terms.started_on
    while True:
        day = next_billing_day_after(life.terms, day, life.billed_to)
        moment = midnight(day, life.terms.zone)
        if move and not life.moved and moment > move[0]:
            life.terms, life.moved = replace(life.terms, zone=ZoneInfo(move[1])), True
            day = local_day(move[0], life.terms.zone) - timedelta(days=1)
            continue
        if moment > ended_at:
            break
        life.bill(moment, Reason.PERIODIC)
    life.terms = replace(life.terms, terminated_at=ended_at)
    life.bill(ended_at, Reason.TERMINATING)
    return life


def faults(life: Life) -> Iterator[str]:
    """Name each gap, overlap and loose end of what was billed."""
    terms = life.terms
    for name in ("charges", "fixed_charges"):
        periods = getattr(life, name)
        yield from _seams(name, periods)
        if periods[0].start != terms.first_moment or periods[-1].end != terms.end:
            yield f"{name}: {periods[0].start} to {periods[-1].end} is not the whole life"
    yield from _seams("subscription", life.subscription, may_gap=life.moved)
    if life.moved:
        return
    if life.subscription[0].start != midnight(terms.started_on, terms.zone):
        yield f"subscription: starts at {life.subscription[0].start}"
    if not terms.pay_in_advance and life.subscription[-1].end != terms.end:
        yield f"subscription: ends at {life.subscription[-1].end}"


def _seams(name: str, periods: list[Period], *, may_gap: bool = False) -> Iterator[str]:
    for earlier, later in itertools.pairwise(periods):
        if later.start < earlier.end:
            yield f"{name}: {earlier} and {later} overlap"
        if later.start > earlier.end and not may_gap:
            yield f"{name}: there is a gap between {earlier} and {later}"
    yield from (f"{name}: {period} is empty" for period in periods if period.is_empty)


def random_terms(dice: random.Random) -> SubscriptionTerms:
    """Draw a subscription; every tenth has inherited an older anchor from an upgrade."""
    start = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(
        milliseconds=dice.randrange(10 * 365 * 86_400_000)
    )
    if dice.random() < 0.3:
        start = start.replace(day=1) - timedelta(days=dice.randrange(4), hours=dice.randrange(24))
    anchor = start - timedelta(days=dice.randrange(700)) if dice.random() < 0.1 else start
    return SubscriptionTerms(
        interval=dice.choice(INTERVALS),
        billing_time=dice.choice(["calendar", "anniversary"]),
        pay_in_advance=dice.random() < 0.5,
        subscription_at=anchor,
        started_at=start,
        zone=ZoneInfo(dice.choice(ZONES)),
        bill_charges_monthly=dice.random() < 0.5,
        bill_fixed_charges_monthly=dice.random() < 0.5,
    )


def soak(count: int, seed: int = 20240229) -> tuple[int, list[str]]:
    """Let `count` subscriptions live for 14 months; return the invoices made and all faults."""
    dice = random.Random(seed)
    invoices, found = 0, []
    for number in range(count):
        terms = random_terms(dice)
        ended_at = terms.started_at + timedelta(
            days=MONTHS * 31, milliseconds=dice.randrange(86_400_000)
        )
        moved_at = terms.started_at + timedelta(minutes=dice.randrange(1, MONTHS * 31 * 1440))
        move = (moved_at, dice.choice(ZONES)) if dice.random() < 0.25 else None
        life = live(terms, ended_at, move)
        invoices += life.invoices
        found += [f"{number} {terms} {move}: {fault}" for fault in faults(life)]
    return invoices, found
