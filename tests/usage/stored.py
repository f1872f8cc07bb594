"""Usage read back from the database, in the words of the pure reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from billing.aggregation import Advance, Aggregated, ChargePeriod, Event, Group, Metric
from catalog.models import BillableMetric, Charge
from organizations.models import Organization
from subscriptions.models import Subscription
from tests.factories import (
    AT,
    BillableMetricFactory,
    ChargeFactory,
    ChargeFilterFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
)
from usage.aggregation import UsageRequest, advances, aggregate
from usage.incoming import IncomingEvent
from usage.models import UsageEvent
from usage.requests import UsageAnswer
from usage.storage import store


class Stored:
    """A subscription of its own for each question, with the events in the database."""

    def __init__(self) -> None:
        self.organization = OrganizationFactory()
        self.customer = CustomerFactory(organization=self.organization)
        self.plan = PlanFactory(organization=self.organization)
        self.filters: Mapping[str, Sequence[str]] = {}
        self.options: Mapping[str, object] = {}
        self.all_events: Sequence[Event] = ()
        self._numbers = count()

    def aggregate(
        self,
        metric: Metric,
        events: Sequence[Event],
        period: ChargePeriod,
        *,
        is_prorated: bool = False,
        carried: Decimal | None = None,
    ) -> Aggregated:
        """Answer as `billing.aggregation.aggregate` does."""
        answer = self.ask(metric, events, period, is_prorated=is_prorated, carried=carried)
        return answer[0].aggregated

    def aggregate_in_advance(
        self,
        metric: Metric,
        events: Sequence[Event],
        period: ChargePeriod,
        *,
        is_prorated: bool = False,
        carried: Decimal | None = None,
    ) -> Aggregated:
        """Answer as `billing.aggregation.aggregate_in_advance` does."""
        answer = self.ask(
            metric, events, period, is_prorated=is_prorated, carried=carried, pay_in_advance=True
        )
        return answer[0].aggregated

    def aggregate_by_group(
        self,
        metric: Metric,
        events: Sequence[Event],
        period: ChargePeriod,
        keys: Sequence[str],
        *,
        is_prorated: bool = False,
        carried: Mapping[Group, Decimal] | None = None,
    ) -> tuple[tuple[Group, Aggregated], ...]:
        """Answer as `billing.aggregation.aggregate_by_group` does."""
        before = [
            Event(
                period.start_at - timedelta(hours=1),
                {key: value for key, value in group if value is not None}
                | {metric.field_name or "": level},
            )
            for group, level in (carried or {}).items()
        ]
        answer = self.ask(metric, [*before, *events], period, is_prorated=is_prorated, keys=keys)
        own = answer[0].charge_filter_id
        return tuple(
            (part.group, part.aggregated) for part in answer if part.charge_filter_id == own
        )

    def in_advance(
        self,
        metric: Metric,
        events: Sequence[Event],
        event: Event,
        period: ChargePeriod,
        *,
        is_prorated: bool = False,
        carried: Decimal | None = None,
    ) -> Advance:
        """Answer as `billing.aggregation.in_advance` does."""
        subscription, charge = self._subscribed(metric, is_prorated, (), pay_in_advance=True)
        given = events if event in events else [*events, event]
        rows = self._stored(subscription, charge.billable_metric, given)
        row = rows[list(given).index(event)]
        asked = Event(row.at, event.properties, row.transaction_id, row.seq, code=row.code)
        return advances(subscription, [charge], asked, period)[0].advance

    def ask(
        self,
        metric: Metric,
        events: Sequence[Event],
        period: ChargePeriod,
        *,
        is_prorated: bool = False,
        carried: Decimal | None = None,
        keys: Sequence[str] = (),
        pay_in_advance: bool = False,
    ) -> UsageAnswer:
        """Store what was used and ask for it."""
        subscription, charge = self._subscribed(metric, is_prorated, keys, pay_in_advance)
        events = self.all_events if self.filters else events
        if carried:
            level = {metric.field_name or "": carried}
            events = [Event(period.start_at - timedelta(hours=1), level), *events]
        self._stored(subscription, charge.billable_metric, events)
        return aggregate([UsageRequest(subscription, charge, period, pay_in_advance)])[0]

    def _subscribed(
        self, metric: Metric, is_prorated: bool, keys: Sequence[str], pay_in_advance: bool
    ) -> tuple[Subscription, Charge]:
        row = BillableMetricFactory(
            organization=self.organization,
            aggregation_type=metric.aggregation_type,
            field_name=metric.field_name,
            recurring=metric.is_recurring,
            rounding_function=metric.rounding_function,
            rounding_precision=metric.rounding_precision,
            weighted_interval="seconds" if "weighted" in metric.aggregation_type else None,
        )
        properties = {"amount": "1", "pricing_group_keys": list(keys)} | {
            name: str(value) for name, value in self.options.items()
        }
        charge = ChargeFactory(
            plan=self.plan,
            billable_metric=row,
            prorated=is_prorated,
            pay_in_advance=pay_in_advance,
            properties=properties,
        )
        if self.filters:
            ChargeFilterFactory(charge=charge, values=dict(self.filters), properties=properties)
        return SubscriptionFactory(customer=self.customer, plan=self.plan), charge

    def _stored(
        self, subscription: Subscription, metric: BillableMetric, events: Sequence[Event]
    ) -> list[UsageEvent]:
        at = datetime.fromisoformat("2030-01-01T00:00:00Z")
        given = [
            IncomingEvent(
                event.transaction_id or f"n{next(self._numbers)}",
                metric.code,
                subscription.external_id,
                event.at,
                event.properties,
                event.precise_total_amount_cents,
            )
            for event in events
        ]
        return store(self.organization, given, at=at) if given else []


def stored_events(organization: Organization, *given: tuple) -> list[UsageEvent]:
    """Store events given as (external subscription id, code, moment, properties)."""
    events = [
        IncomingEvent(f"stored{UsageEvent.objects.count()}-{n}", code, owner, at, properties)
        for n, (owner, code, at, properties) in enumerate(given)
    ]
    return store(organization, events, at=AT)
