"""Random subscriptions live for 14 months by the clock of a sandbox: no gap, no overlap, sums as by hand."""

import itertools
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from activity.actors import COMMAND
from billing_admin.invariants import breaches
from catalog.models import Plan
from customers.models import Customer
from invoices.models import BilledPeriod, BillingFailure, CreditNoteItem, Fee
from organizations.models import Organization
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import (
    BillableMetricFactory,
    ChargeFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
)
from tests.soak.by_hand import DAY, Stay, cost, is_dearer, period_of
from tests.soak.periods import INTERVALS, ZONES
from workflows.advance_clock import advance_clock
from workflows.edit_customer import edit_customer
from workflows.end_subscription import end_subscription
from workflows.ingest_usage import ingest_usage
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db

BEGUN = datetime(2023, 10, 20, tzinfo=UTC)
LENGTH = timedelta(days=14 * 31)
UNIT_CENTS = 7


@dataclass
class Life:
    """A subscription's external id, its customer, and what will happen to it when."""

    number: int
    customer: Customer
    zones: list[str]
    moments: list[tuple[datetime, str]] = field(default_factory=list)
    used_at: list[datetime] = field(default_factory=list)

    @property
    def external_id(self) -> str:
        return f"life-{self.number}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zones[-1])

    @property
    def has_moved(self) -> bool:
        return len(self.zones) > 1

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass
class Run:
    """The sandbox, its metric, and the dice."""

    dice: random.Random
    organization: Organization
    metric: object

    def new_plan(self) -> Plan:
        interval = self.dice.choice(INTERVALS)
        is_long = interval in ("semiannual", "yearly")
        plan = PlanFactory(
            organization=self.organization,
            interval=interval,
            amount_cents=self.dice.choice([0, 999, 3_100, 10_000, 123_457]),
            pay_in_advance=self.dice.random() < 0.5,
            trial_period=self.dice.choice([None, None, None, 3, 10, 45]),
            bill_charges_monthly=True if is_long and self.dice.random() < 0.5 else None,
        )
        ChargeFactory(
            plan=plan, billable_metric=self.metric, properties={"amount": f"0.0{UNIT_CENTS}"}
        )
        return plan

    def new_life(self, number: int) -> Life:
        dice = self.dice
        customer = CustomerFactory(
            organization=self.organization,
            currency="EUR",
            timezone=dice.choice(ZONES),
            sequential_id=number + 1,
        )
        life = Life(number, customer, [customer.timezone])
        start = BEGUN + timedelta(minutes=dice.randrange(1, 14 * 1440))
        within = [self.some_time_from(start) for _ in range(8)]
        life.moments = [(start, "start"), (start + LENGTH, "end")]
        life.moments += [(at, "use") for at in within[:5]]
        life.moments += [(at, "change") for at in within[5:7] if dice.random() < 0.4]
        if dice.random() < 0.2:
            life.moments.append((within[7], "move"))
        if dice.random() < 0.3:
            life.moments.append((self.some_time_from(start), "end"))
        return life

    def some_time_from(self, start: datetime) -> datetime:
        return start + timedelta(seconds=self.dice.randrange(1, int(LENGTH.total_seconds())))

    def do(self, life: Life, what: str, at: datetime) -> None:
        self.organization = advance_clock(self.organization, to=at, actor=COMMAND)
        getattr(self, f"_{what}")(life, at)

    def _start(self, life: Life, at: datetime) -> None:
        later = at + timedelta(days=self.dice.randrange(1, 40))
        asked = NewSubscription(
            external_id=life.external_id,
            plan=self.new_plan(),
            billing_time=self.dice.choice(["calendar", "anniversary"]),
            subscription_at=later if self.dice.random() < 0.15 else None,
            ending_at=self.some_time_from(later) + 2 * DAY if self.dice.random() < 0.2 else None,
        )
        start_subscription(life.customer, asked=asked, actor=COMMAND, at=at)

    def _change(self, life: Life, at: datetime) -> None:
        if running(life):
            asked = NewSubscription(external_id=life.external_id, plan=self.new_plan())
            customer = Customer.objects.get(pk=life.customer.pk)
            start_subscription(customer, asked=asked, actor=COMMAND, at=at)

    def _use(self, life: Life, at: datetime) -> None:
        if not running(life):
            return
        event = {
            "transaction_id": f"event-{len(life.used_at)}",
            "external_subscription_id": life.external_id,
            "code": self.metric.code,
            "timestamp": at.isoformat(),
            "properties": {},
        }
        ingest_usage(self.organization, event, at=at, actor=COMMAND)
        life.used_at.append(at)

    def _move(self, life: Life, at: datetime) -> None:
        life.zones.append(self.dice.choice(ZONES))
        edit_customer(life.customer, {"timezone": life.zones[-1]}, actor=COMMAND, at=at)

    def _end(self, life: Life, at: datetime) -> None:
        for subscription in running(life):
            end_subscription(subscription, actor=COMMAND, at=at)


def running(life: Life) -> list[Subscription]:
    rows = Subscription.objects.filter(customer=life.customer, status="active")
    return list(rows.select_related("plan", "customer__organization"))


def stays(life: Life) -> list[tuple[Subscription, Stay]]:
    """Put the subscriptions of a life in days, from their moments and plans alone."""
    rows = Subscription.objects.filter(customer=life.customer, status="terminated")
    family = list(rows.select_related("plan").order_by("started_at", "pk"))
    return [(row, _stay(life, row, family)) for row in family]


def _stay(life: Life, row: Subscription, family: list[Subscription]) -> Stay:
    plan, zone = row.plan, life.zone
    first, last = life.day(row.started_at), life.day(row.terminated_at)
    follower = next((one for one in family if one.previous_subscription_id == row.pk), None)
    until = last
    natural = period_of(plan.interval, row.billing_time, life.day(row.subscription_at), last)
    if follower is not None:
        last -= DAY
        new, old = follower.plan, plan
        if not is_dearer((new.interval, new.amount_cents), (old.interval, old.amount_cents)):
            until = last
            if not life.has_moved:
                midnight = datetime.combine(natural[0], datetime.min.time(), zone)
                assert life.day(row.terminated_at) == natural[0], "a downgrade waits for its period"
                assert row.terminated_at == follower.started_at
                assert follower.started_at - midnight < timedelta(hours=2)
    elif row.ending_at and life.day(row.ending_at) == last == natural[0] and first < last:
        last = until = last - DAY
    trial_ends_at = family[0].started_at + timedelta(days=int(plan.trial_period or 0))
    has_trial = bool(plan.trial_period) and trial_ends_at > row.started_at
    return Stay(
        interval=plan.interval,
        billing_time=row.billing_time,
        anchor=life.day(row.subscription_at),
        amount_cents=plan.amount_cents,
        in_advance=plan.pay_in_advance,
        first=first,
        last=last,
        until=until,
        paid_from=life.day(trial_ends_at) if has_trial else first,
        is_free=has_trial and trial_ends_at >= row.terminated_at,
    )


def money_faults(life: Life) -> list[str]:
    """Compare what was billed, less what was given back, with what days and events come to."""
    found = []
    for row, stay in stays(life):
        fees = Fee.objects.filter(subscription=row, fee_type="subscription")
        items = CreditNoteItem.objects.filter(fee__in=fees)
        billed = sum(fees.values_list("amount_cents", flat=True))
        back = sum(items.values_list("precise_amount_cents", flat=True), Decimal(0))
        net, wanted = Fraction(billed) - Fraction(back), cost(stay)
        slack = Fraction(stay.amount_cents, 7) + 1 if life.has_moved else 0
        if abs(net - wanted) > slack:
            found.append(f"{float(net)} instead of {float(wanted)}: {stay}")
    charged = Fee.objects.filter(customer=life.customer, fee_type="charge")
    units = sum(charged.values_list("units", flat=True), Decimal(0))
    cents = sum(charged.values_list("amount_cents", flat=True))
    if (units, cents) != (len(life.used_at), len(life.used_at) * UNIT_CENTS):
        found.append(f"{units} events at {cents}, instead of {len(life.used_at)}")
    return found


def period_faults(life: Life) -> list[str]:
    """Look for gaps and overlaps between the periods billed of each charge and each subscription."""
    found = []
    spans = defaultdict(list)
    for billed in BilledPeriod.objects.filter(subscription__customer=life.customer):
        spans[billed.subscription_id, billed.item].append(billed.period)
    for row, _ in stays(life):
        for (subscription, item), periods in spans.items():
            if subscription != row.pk:
                continue
            periods.sort(key=lambda period: period.lower)
            for one, other in itertools.pairwise(periods):
                may_gap = life.has_moved and item == row.pk
                if other.lower < one.upper or (other.lower > one.upper and not may_gap):
                    found.append(f"{item}: {one.upper} is followed by {other.lower}")
            if item != row.pk and periods[0].lower != row.started_at:
                found.append(f"{item}: begins at {periods[0].lower}, not {row.started_at}")
            if item != row.pk and abs(periods[-1].upper - row.terminated_at) > DAY:
                found.append(f"{item}: ends at {periods[-1].upper}, not {row.terminated_at}")
    return found


def test_lives_by_the_clock_are_billed_without_gap_and_to_the_cent(asked):
    dice = random.Random(asked.seed)
    organization = OrganizationFactory(is_sandbox=True)
    organization = advance_clock(organization, to=BEGUN, actor=COMMAND)
    run = Run(dice, organization, BillableMetricFactory(organization=organization))
    lives = [run.new_life(number) for number in range(asked.count)]
    script = sorted(
        ((at, life.number, what) for life in lives for at, what in life.moments),
        key=lambda row: row[:2],
    )

    for at, number, what in script:
        run.do(lives[number], what, at)

    assert not BillingFailure.objects.exists()
    assert not Subscription.objects.filter(status="active").exists()
    wrong = {
        life.number: faults
        for life in lives
        if (faults := [*money_faults(life), *period_faults(life)])
    }
    assert not wrong, "\n".join(str(each) for each in wrong.items())
    assert list(breaches()) == []
    zones = {zone for life in lives for zone in life.zones}
    print(
        f"{len(lives)} lives in {len(zones)} zones, {Subscription.objects.count()} subscriptions, "
        f"{Fee.objects.count()} fees: no gap, no overlap, every sum as by hand"
    )
