"""How events become units, by example."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from billing.aggregation import ChargePeriod, Metric, aggregate, aggregate_by_group
from billing.pricing import Entry, price
from tests.billing.given import utc
from tests.billing.usages import COUNT, MARCH, SEATS, SUM, UNIQUE, USERS, day_by_day, event, tiers

STORED = Metric("weighted_sum_agg", "value", is_recurring=True)
SEPTEMBER = ChargePeriod(utc("2023-09-01"), utc("2023-10-01"), 30)
OCTOBER = ChargePeriod(utc("2023-10-01"), utc("2023-11-01"), 31)
SEAT_CHANGES = [
    event("2023-09-10", 2),
    event("2023-09-16", 5),
    event("2023-09-20", -6),
    event("2023-09-25", 10),
    event("2023-09-26", 4),
    event("2023-09-30", 60),
]
SEAT_TIERS = {
    "graduated_ranges": tiers((0, 5, "10", "100"), (6, 15, "5", "50"), (16, None, "2", "0"))
}


def seats_in_cents(events, period):
    usage = aggregate(SEATS, events, period, is_prorated=True)
    return price("graduated", SEAT_TIERS, usage, "EUR", is_prorated=True).amount_cents


def test_the_start_of_a_period_is_inside_and_its_end_is_not():
    events = [event("2024-03-01", 1), event("2024-03-31 23:59:59.999", 2), event("2024-04-01", 4)]

    usage = aggregate(SUM, events, MARCH)

    assert (usage.units, usage.events_count, usage.values) == (3, 2, (1, 2))


def test_what_is_not_a_number_does_not_count():
    events = day_by_day("12", "1.5", "abc", None, "1e3", " 7", True, "-2", "3.")

    assert aggregate(SUM, events, MARCH).units == Decimal("11.5")


def test_json_numbers_are_read_without_exponents():
    big, small = json.loads("[1e16, 0.00001]")

    assert aggregate(SUM, day_by_day(big, small), MARCH).units == Decimal("1e16") + Decimal(
        "0.00001"
    )


def test_a_recurring_sum_adds_to_its_history():
    events = [event("2024-01-05", 5), event("2024-03-02", -2)]

    assert aggregate(SEATS, events, MARCH).units == 3
    assert aggregate(SEATS, events[1:], MARCH, carried=Decimal(9)).units == 7
    assert aggregate(SUM, events, MARCH).units == -2


def test_an_event_sent_twice_counts_once():
    once = replace(event("2024-03-01"), transaction_id="t1")

    assert aggregate(COUNT, [once, once, event("2024-03-01")], MARCH).units == 2


def test_the_highest_and_the_latest_value():
    events = [event("2024-03-02", 3, order=1), event("2024-03-02", 7), event("2024-03-01", 9)]

    assert aggregate(Metric("max_agg", "value"), events, MARCH).units == 9
    assert aggregate(Metric("latest_agg", "value"), events, MARCH).units == 3
    assert aggregate(Metric("latest_agg", "value"), day_by_day(4, -1), MARCH).units == 0
    assert aggregate(Metric("max_agg", "value"), [], MARCH).units == 0


def test_adding_what_is_there_and_removing_what_is_not_has_no_effect():
    events = [
        event("2024-03-01", "a", operation_type="remove"),
        event("2024-03-02", "a"),
        event("2024-03-03", "a"),
        event("2024-03-04", "b"),
        event("2024-03-05", "a", operation_type="remove"),
        event("2024-03-06", "a", operation_type="remove"),
    ]

    assert aggregate(UNIQUE, events, MARCH).units == 1


def test_a_recurring_unique_count_remembers_earlier_periods():
    events = [event("2024-01-01", "a"), event("2024-03-01", "b")]

    assert aggregate(USERS, events, MARCH).units == 2
    assert aggregate(UNIQUE, events, MARCH).units == 1


def test_a_weighted_sum_weighs_each_level_by_its_time_in_the_full_period():
    first = ChargePeriod(utc("2023-03-05"), utc("2023-04-01"), 31)
    april = ChargePeriod(utc("2023-04-01"), utc("2023-05-01"), 30)
    start = event("2023-03-05", 2500)
    drops = [event("2023-04-04", -2000), event("2023-04-06", -200)]

    march_usage = aggregate(STORED, [start], first)
    april_usage = aggregate(STORED, drops, april, carried=march_usage.total_aggregated_units)

    assert march_usage.units == Decimal("2177.41935483870967741936")
    assert april_usage.units == Decimal("533.33333333333333333334")
    assert april_usage.total_aggregated_units == 300
    assert price("standard", {"amount": "1"}, march_usage, "EUR").amount_cents == 217742
    assert price("standard", {"amount": "1"}, april_usage, "EUR").amount_cents == 53333
    assert aggregate(STORED, [start, *drops], april).units == april_usage.units


def test_prorated_units_are_paid_from_their_day_on_and_rounded_up():
    usage = aggregate(SEATS, [event("2024-03-15", 10)], MARCH, is_prorated=True)

    assert (usage.units, usage.full_units) == (Decimal("5.48388"), 10)
    assert price("standard", {"amount": "5000"}, usage, "EUR").amount_cents == 2741940


def test_a_period_cut_short_owes_its_days_of_the_full_period():
    cut = ChargePeriod(utc("2022-12-16"), utc("2022-12-21"), 31)

    usage = aggregate(SEATS, [event("2022-12-16", 10)], cut, is_prorated=True)

    assert price("standard", {"amount": "3"}, usage, "EUR").amount_cents == 484


def test_seats_in_tiers_follow_every_change_of_a_month():
    running = [seats_in_cents(SEAT_CHANGES[:n], SEPTEMBER) for n in range(1, 7)]

    assert running == [11400, 18400, 16567, 17967, 18300, 18700]


def test_seats_brought_into_a_month_are_paid_in_full():
    assert seats_in_cents(SEAT_CHANGES, OCTOBER) == 37000
    assert seats_in_cents([*SEAT_CHANGES, event("2023-10-17", 20)], OCTOBER) == 38935


def test_a_value_is_paid_for_the_days_it_was_there():
    events = [
        event("2023-09-10", "a"),
        event("2023-09-12", "a", operation_type="remove"),
        event("2023-09-14", "a"),
    ]

    usage = aggregate(USERS, events, SEPTEMBER, is_prorated=True)

    assert (usage.units, usage.full_units) == (Decimal("0.66667"), 1)
    assert usage.entries == (
        Entry(Decimal(1), Fraction(3, 30)),
        Entry(Decimal(-1), Fraction(0)),
        Entry(Decimal(1), Fraction(17, 30)),
    )


def test_a_value_gone_for_part_of_a_day_was_there_all_day():
    events = [
        event("2023-09-10", "a"),
        event("2023-09-12 08:00", "a", operation_type="remove"),
        event("2023-09-12 20:00", "a"),
    ]

    usage = aggregate(USERS, events, SEPTEMBER, is_prorated=True)

    assert usage.entries == (Entry(Decimal(1), Fraction(21, 30)),)


def test_a_value_gone_before_the_period_takes_no_place_in_it():
    events = [event("2023-08-10", "a"), event("2023-08-20", "a", operation_type="remove")]

    usage = aggregate(USERS, events, SEPTEMBER, is_prorated=True)

    assert (usage.units, usage.entries) == (0, ())


def test_a_value_gone_on_the_first_day_but_before_the_period_is_not_in_it():
    started = replace(SEPTEMBER, start_at=utc("2023-09-10 12:00"))
    events = [
        event("2023-09-01", "a"),
        event("2023-09-10 09:00", "a", operation_type="remove"),
        event("2023-09-01", "b", order=1),
        event("2023-09-10 15:00", "b", operation_type="remove"),
    ]

    usage = aggregate(USERS, events, started, is_prorated=True)

    assert usage.units == Decimal("0.03334")


def test_days_are_those_of_the_customer():
    tokyo = ChargePeriod(
        utc("2024-02-29 15:00"), utc("2024-03-31 15:00"), 31, ZoneInfo("Asia/Tokyo")
    )
    late = event("2024-03-30 15:00", 31)

    assert aggregate(SEATS, [late], tokyo, is_prorated=True).units == 1
    assert aggregate(SEATS, [late], MARCH, is_prorated=True).units == 2


def test_a_change_of_the_clock_adds_no_day():
    paris = ChargePeriod(
        utc("2024-02-29 23:00"), utc("2024-03-31 22:00"), 31, ZoneInfo("Europe/Paris")
    )

    assert aggregate(SEATS, [event("2024-03-01", 31)], paris, is_prorated=True).units == 31


@pytest.mark.parametrize(
    ("function", "precision", "expected"),
    [
        ("round", 2, "123.46"),
        ("round", None, "123"),
        ("ceil", None, "124"),
        ("ceil", -2, "200"),
        ("floor", 1, "123.4"),
        ("floor", -2, "100"),
    ],
)
def test_a_metric_rounds_its_units(function, precision, expected):
    metric = Metric("sum_agg", "value", False, function, precision)

    assert aggregate(metric, day_by_day("123.456"), MARCH).units == Decimal(expected)


def test_rounding_down_goes_away_from_zero_below_it():
    metric = Metric("sum_agg", "value", False, "floor")

    assert aggregate(metric, day_by_day("-1.5"), MARCH).units == -2


def test_each_group_is_aggregated_by_itself():
    events = [
        event("2024-03-01", 2, region="eu"),
        event("2024-03-02", 3),
        event("2024-03-03", 4, region="eu"),
    ]

    groups = dict(aggregate_by_group(SUM, events, MARCH, ["region"]))

    assert {group: usage.units for group, usage in groups.items()} == {
        (("region", "eu"),): 6,
        (("region", None),): 3,
    }


def test_no_events_make_one_empty_group():
    ((group, usage),) = aggregate_by_group(
        SUM, [event("2024-04-02", 1, region="eu")], MARCH, ["region"]
    )

    assert (group, usage.units, usage.events_count) == ((("region", None),), 0, 0)


def test_a_group_may_have_nothing_but_what_it_carries():
    group = (("region", "eu"),)

    groups = aggregate_by_group(STORED, [], MARCH, ["region"], carried={group: Decimal(5)})

    assert [(name, usage.units) for name, usage in groups] == [(group, 5)]
