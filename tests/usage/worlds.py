"""Random worlds of usage: metrics of every kind, charges with filters and groups, events at awkward moments."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.aggregation import (
    ChargePeriod,
    Event,
    Metric,
    aggregate_by_group,
    best_filter,
)
from billing.aggregation import aggregate as aggregate_events
from catalog.models import Charge
from tests.factories import (
    BillableMetricFactory,
    BillableMetricFilterFactory,
    ChargeFactory,
    ChargeFilterFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
)
from usage.aggregation import aggregate
from usage.aggregation.measure import group_keys, metric_of
from usage.incoming import IncomingEvent
from usage.models import UsageEvent, UsageWatermark
from usage.requests import UsageAnswer, UsageRequest
from usage.rollup import advance_watermark, roll_up
from usage.storage import store

ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns")
START = datetime(2024, 3, 1, tzinfo=UTC)  # the clocks of New York change on the 10th
KINDS = (
    ("count_agg", False),
    ("sum_agg", False),
    ("sum_agg", True),
    ("max_agg", False),
    ("latest_agg", False),
    ("unique_count_agg", False),
    ("unique_count_agg", True),
    ("weighted_sum_agg", False),
    ("weighted_sum_agg", True),
)
VALUES = (
    0,
    1,
    -2,
    3.5,
    "4",
    "-0.25",
    "12345678901234567890.123456789",
    "many",
    "",
    None,
    True,
    [1],
)
REGIONS = ("eu", "us", "asia", "", None, 7)


class World:
    """An organization with two customers on one plan, all of whose choices follow from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.organization = OrganizationFactory()
        self.plan = PlanFactory(organization=self.organization)
        self.subscriptions = [
            SubscriptionFactory(
                customer=CustomerFactory(
                    organization=self.organization, timezone=self.random.choice(ZONES)
                ),
                plan=self.plan,
            )
            for _ in range(2)
        ]
        self.charges = [self.charge(*kind) for kind in KINDS]
        self.sent = 0

    def charge(self, kind: str, is_recurring: bool) -> Charge:
        """Make a metric and a charge, some with filters and groups."""
        metric = BillableMetricFactory(
            organization=self.organization,
            aggregation_type=kind,
            recurring=is_recurring,
            field_name="size",
            weighted_interval="seconds" if kind == "weighted_sum_agg" else None,
            rounding_function=self.random.choice([None, None, "round", "ceil"]),
            rounding_precision=self.random.choice([0, 2]),
        )
        if self.random.random() < 0.5:
            BillableMetricFilterFactory(
                billable_metric=metric, key="region", values=["eu", "us", "7"]
            )
        return self.priced(metric)

    def priced(self, metric: object) -> Charge:
        """Make a charge of `metric`."""
        keys = self.random.choice([[], [], ["cloud"], ["region", "cloud"], ["cloud", "a", "b"]])
        charge = ChargeFactory(
            plan=self.plan, billable_metric=metric, properties={"pricing_group_keys": keys}
        )
        filters = [
            {"region": ["eu"]},
            {"region": ["__ALL_FILTER_VALUES__"]},
            {"region": ["us", "7"], "cloud": ["aws"]},
        ]
        for values in self.random.sample(filters, self.random.randrange(3)):
            own = self.random.choice([[], ["cloud"]])
            ChargeFilterFactory(
                charge=charge, values=values, properties={"pricing_group_keys": own}
            )
        return charge

    def moment(self) -> datetime:
        """Return a moment around the period, often at the edge of somebody's day."""
        at = START + timedelta(hours=self.random.randrange(-24 * 40, 24 * 40))
        if self.random.random() < 0.6:
            at += timedelta(milliseconds=self.random.randrange(3_600_000))
        return at + timedelta(milliseconds=self.random.choice([0, 0, 0, -1, 1]))

    def events(self, count: int) -> list[IncomingEvent]:
        """Make events that were not sent before."""
        self.sent += count
        return [
            IncomingEvent(
                f"t{self.sent - n}",
                self.random.choice(self.charges).billable_metric.code,
                self.random.choice(self.subscriptions).external_id,
                self.moment(),
                self.properties(),
                self.random.choice([None, None, Decimal("1.5")]),
            )
            for n in range(count)
        ]

    def properties(self) -> dict[str, object]:
        """Make properties, some of which are missing."""
        chosen = {
            "size": self.random.choice(VALUES),
            "region": self.random.choice(REGIONS),
            "cloud": self.random.choice(["aws", "gcp"]),
            "operation_type": self.random.choice(["add", "remove"]),
            "b": self.random.choice([1, 2]),
        }
        return {key: value for key, value in chosen.items() if self.random.random() < 0.8}

    def send(self, count: int) -> None:
        """Store events."""
        store(self.organization, self.events(count), at=START)

    def change(self) -> None:
        """Move a customer, or tell the events of a metric apart by something new."""
        customer = self.random.choice(self.subscriptions).customer
        customer.timezone = self.random.choice(ZONES)
        customer.save(update_fields=["timezone"])
        metric = self.random.choice(self.charges).billable_metric
        self.charges.append(self.priced(metric))

    def requests(self) -> list[UsageRequest]:
        """Ask for all charges of everybody in a period of whole days, of parts of days, or of a part of one."""
        found = []
        for subscription in self.subscriptions:
            zone = ZoneInfo(subscription.customer.timezone)
            start_at = datetime(2024, 3, 1 + self.random.randrange(12), tzinfo=zone)
            end_at = start_at + timedelta(days=self.random.randrange(1, 32))
            match self.random.randrange(4):
                case 0:
                    start_at = self.moment()
                    end_at = max(start_at, end_at)
                case 1:
                    end_at = max(start_at, self.moment())
                case 2:
                    end_at = start_at + timedelta(hours=self.random.randrange(30))
            period = ChargePeriod(start_at.astimezone(UTC), end_at.astimezone(UTC), 31, zone)
            found += [UsageRequest(subscription, charge, period) for charge in self.charges]
        return found

    def differences(self) -> list[str]:
        """Return where what is read differs from what all events, read one by one, amount to."""
        asked = self.requests()
        found = []
        for request, answer in zip(asked, aggregate(asked), strict=True):
            want, have = _plain(self.expected(request)), _plain(answer)
            metric = request.charge.billable_metric
            found += [
                f"{metric.aggregation_type} {metric.recurring} {key}: {want.get(key)} but {have.get(key)}"
                for key in {*want, *have}
                if want.get(key) != have.get(key)
            ]
        return found

    def expected(self, request: UsageRequest) -> dict:
        """Work an answer out from the rows, with the pure core alone."""
        charge = request.charge
        filters = sorted(charge.filters.all(), key=lambda each: (each.created_at, each.pk))
        declared = {each.key: each.values for each in charge.billable_metric.filters.all()}
        parts: list[list[Event]] = [[] for _ in [*filters, None]]
        for event in self.stored(request):
            index = best_filter(event.properties, [each.values for each in filters], declared)
            parts[-1 if index is None else index].append(event)
        metric: Metric = metric_of(charge.billable_metric)
        found = {}
        for charge_filter, events in zip([*filters, None], parts, strict=True):
            properties = (charge_filter or charge).properties
            keys = group_keys(properties)
            groups = (
                aggregate_by_group(metric, events, request.period, keys)
                if keys
                else [((), aggregate_events(metric, events, request.period))]
            )
            for group, amount in groups:
                found[charge_filter and charge_filter.pk, group] = amount
        return found

    def stored(self, request: UsageRequest) -> Sequence[Event]:
        """Return all events of the subscription and metric that there are."""
        rows = UsageEvent.objects.of(self.organization).filter(
            external_subscription_id=request.subscription.external_id,
            code=request.charge.billable_metric.code,
        )
        return [
            Event(
                row.at,
                row.properties,
                row.transaction_id,
                row.seq,
                row.precise_total_amount_cents,
                row.code,
            )
            for row in rows
        ]


def _plain(answer: UsageAnswer | dict) -> dict:
    """Leave out the values of single events, which sums do not know."""
    if not isinstance(answer, dict):
        answer = {(part.charge_filter_id, part.group): part.aggregated for part in answer}
    return {key: replace(amount, values=()) for key, amount in answer.items()}


def roll_what_is_safe(patience: float) -> bool:
    """Roll up and say whether that was all; transactions elsewhere in the cluster may have to end first."""
    last = UsageEvent.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    until = time.monotonic() + patience
    while True:
        advance_watermark()
        while roll_up().is_more:
            pass
        if UsageWatermark.objects.get().seq >= last:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.02)


def roll_all() -> None:
    """Roll up everything that is stored."""
    if not roll_what_is_safe(patience=300):
        raise TimeoutError("a transaction does not end")
