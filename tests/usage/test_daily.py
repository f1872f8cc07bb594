"""What was used day by day, and the events behind a fee."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from billing.aggregation import ChargePeriod
from tests.factories import (
    BillableMetricFactory,
    ChargeFactory,
    ChargeFilterFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
)
from tests.usage.stored import stored_events
from tests.usage.worlds import World, roll_all
from usage.aggregation import UsageRequest, aggregate, usage_by_day
from usage.reads import events_behind

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def subscription(db):
    organization = OrganizationFactory()
    return SubscriptionFactory(
        customer=CustomerFactory(organization=organization, timezone="America/New_York"),
        plan=PlanFactory(organization=organization),
        external_id="sub",
    )


def charge(subscription, kind, **more):
    metric = BillableMetricFactory(
        organization=subscription.organization,
        aggregation_type=kind,
        field_name=None if kind == "count_agg" else "size",
    )
    return ChargeFactory(plan=subscription.plan, billable_metric=metric, **more)


def sent(subscription, charge, *given):
    code = charge.billable_metric.code
    moments = [(datetime.fromisoformat(at), properties) for at, properties in given]
    return stored_events(
        subscription.organization, *[("sub", code, at, properties) for at, properties in moments]
    )


def test_days_are_those_of_the_customer(subscription):
    calls, size = charge(subscription, "count_agg"), charge(subscription, "sum_agg")
    sent(subscription, calls, ("2024-03-10T04:59:59Z", {}), ("2024-03-10T05:00:00Z", {}))
    sent(
        subscription,
        size,
        ("2024-03-11T03:59:59Z", {"size": "1.5"}),
        ("2024-03-11T04:00:00Z", {"size": 2}),
        ("2024-03-11T05:00:00Z", {"size": "x"}),
    )
    start_at = datetime(2024, 3, 9, 18, tzinfo=NEW_YORK).astimezone(UTC)
    end_at = datetime(2024, 3, 12, tzinfo=NEW_YORK).astimezone(UTC)

    found = usage_by_day(subscription, [calls, size], ChargePeriod(start_at, end_at, 31, NEW_YORK))

    days = [date(2024, 3, day) for day in (9, 10, 11)]
    assert [each.day for each in found[calls]] == days
    assert [each.units for each in found[calls]] == [1, 1, 0]
    assert [each.units for each in found[size]] == [0, Decimal("1.5"), 2]
    assert [each.events_count for each in found[size]] == [0, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_the_days_of_a_count_or_sum_add_up_to_the_period():
    world = World(77)
    world.send(300)
    roll_all()
    world.send(100)
    charges = [
        each
        for each in world.charges
        if each.billable_metric.aggregation_type in ("count_agg", "sum_agg")
        and not each.billable_metric.recurring
    ]
    start_at = datetime(2024, 2, 20, 7, 30, tzinfo=UTC)
    for subscription in world.subscriptions:
        zone = ZoneInfo(subscription.customer.timezone)
        period = ChargePeriod(start_at, start_at + timedelta(days=25, hours=5), 31, zone)

        found = usage_by_day(subscription, charges, period)

        answers = aggregate([UsageRequest(subscription, each, period) for each in charges])
        for each, answer in zip(charges, answers, strict=True):
            whole = sum(part.aggregated.total_aggregated_units for part in answer)
            assert sum(day.units for day in found[each]) == whole


def test_a_chart_takes_the_same_queries_for_few_and_many_days(
    subscription, django_assert_num_queries
):
    charges = [charge(subscription, "count_agg"), charge(subscription, "sum_agg")]
    start_at = datetime(2024, 3, 1, tzinfo=UTC)

    for days in (1, 60):
        period = ChargePeriod(start_at, start_at + timedelta(days=days), 31, NEW_YORK)
        with django_assert_num_queries(4 if days == 1 else 2):
            usage_by_day(subscription, charges, period)


def test_a_fee_leads_to_its_own_events(subscription):
    calls = charge(subscription, "count_agg", properties={"pricing_group_keys": ["cloud"]})
    europe = ChargeFilterFactory(charge=calls, values={"region": ["eu"]})
    given = [
        ("2024-03-01T00:00:00Z", {"region": "eu"}),
        ("2024-03-02T00:00:00Z", {"region": "us", "cloud": "aws"}),
        ("2024-03-03T00:00:00Z", {"cloud": "aws"}),
        ("2024-03-04T00:00:00Z", {"region": "us"}),
        ("2024-03-05T00:00:00Z", {"region": "eu", "cloud": "aws"}),
    ]
    first, second, third, fourth, fifth = sent(subscription, calls, *given)
    span = {
        "start_at": datetime(2024, 3, 1, tzinfo=UTC),
        "end_at": datetime(2024, 3, 5, tzinfo=UTC),
    }

    def behind(**more):
        return events_behind(subscription, calls, **span, **more)

    assert behind(charge_filter_id=europe.pk) == [first]
    assert behind(group={"cloud": "aws"}) == [third, second]
    assert behind(group={"cloud": None}) == [fourth]
    assert behind(group={"cloud": "aws"}, most=1) == [third]
    assert fifth not in behind(group={"cloud": "aws"})
