"""Charges paid in advance, event by event, by example."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.aggregation import aggregate_in_advance, in_advance
from billing.pricing import price_in_advance
from tests.billing.given import utc
from tests.billing.usages import (
    COUNT,
    MARCH,
    SEATS,
    SUM,
    UNIQUE,
    USERS,
    day_by_day,
    event,
    fees,
    tiers,
)


def amounts(priced):
    return [each.amount_cents for each in priced]


def test_a_sum_pays_what_exceeds_its_highest_value():
    later = event("2024-03-20", 5000)
    events = day_by_day(10, -4, 8)

    priced = fees("standard", {"amount": "1"}, SUM, [*events, later])[:3]

    assert amounts(priced) == [1000, 0, 400]
    assert [each.units for each in priced] == [10, 0, 4]


def test_a_fee_of_nothing_shows_the_units_applied():
    priced = fees("standard", {"amount": "1"}, SUM, day_by_day(10, -8, 4))

    assert (priced[2].amount_cents, priced[2].units) == (0, 4)


def test_a_count_pays_one_for_each_event():
    assert amounts(fees("standard", {"amount": "10"}, COUNT, day_by_day(None, None))) == [1000] * 2


def test_a_package_is_paid_by_the_event_that_opens_it():
    terms = {"amount": "100", "package_size": 2, "free_units": 3}

    assert amounts(fees("package", terms, SUM, day_by_day(3, 1, 2))) == [0, 10000, 10000]


def test_the_flat_amount_of_a_tier_is_paid_once_by_the_event_that_reaches_it():
    terms = {"graduated_ranges": tiers((0, 5, "0.02", "0.01"), (6, None, "0.01", "0.01"))}

    assert amounts(fees("graduated", terms, SUM, day_by_day(3, 1, 2))) == [7, 2, 4]


def test_an_event_of_nothing_does_not_pay_the_first_flat_amount():
    terms = {"graduated_ranges": tiers((0, None, "1", "10"))}

    assert amounts(fees("graduated", terms, SUM, day_by_day(0, 1, 1))) == [0, 1100, 100]


def test_free_units_are_used_up_by_the_first_events():
    terms = {"rate": "5", "fixed_amount": "1", "free_units_per_total_aggregation": "120"}

    assert amounts(fees("percentage", terms, SUM, day_by_day(100, 10, 20, 20))) == [0, 0, 150, 200]


def test_the_details_of_a_fee_are_those_of_its_event():
    terms = {"rate": "5", "fixed_amount": "1", "free_units_per_events": 2}

    details = fees("percentage", terms, SUM, day_by_day(8, 5, 3))[2].details

    assert details == {
        "units": "3",
        "free_units": "0",
        "paid_units": "3",
        "free_events": 0,
        "paid_events": 1,
        "rate": "5",
        "per_unit_total_amount": "0.15",
        "fixed_fee_unit_amount": "1",
        "fixed_fee_total_amount": "1",
        "min_max_adjustment_total_amount": "0",
    }


def test_a_value_that_left_and_came_back_is_not_paid_twice():
    events = [
        event("2024-03-01", "a"),
        event("2024-03-02", "a", operation_type="remove"),
        event("2024-03-03", "a"),
        event("2024-03-04", "b"),
    ]

    assert amounts(fees("standard", {"amount": "12"}, UNIQUE, events)) == [1200, 0, 0, 1200]


def test_a_value_brought_into_the_period_was_paid_at_its_start():
    events = [
        event("2024-02-10", "a"),
        event("2024-03-02", "a", operation_type="remove"),
        event("2024-03-03", "a"),
    ]

    share = in_advance(USERS, events, events[2], MARCH)

    assert (share.billable_units, share.before.units) == (0, 1)


def test_dynamic_pays_what_the_event_states():
    first = replace(event("2024-03-01", 2), precise_total_amount_cents=Decimal("10.1"))
    second = replace(event("2024-03-02", 3), precise_total_amount_cents=Decimal("901.9"))

    assert amounts(fees("dynamic", {}, SUM, [first, second])) == [10, 902]


def test_prorated_units_count_from_the_day_of_the_event():
    joined = event("2024-03-30 10:00", "12.4")

    share = in_advance(SEATS, [], joined, MARCH, is_prorated=True)

    assert share.billable_units == Decimal("0.8")
    assert price_in_advance("standard", {"amount": "10"}, share, "EUR").amount_cents == 800


def test_an_event_without_the_property_is_not_counted():
    share = in_advance(SUM, [], event("2024-03-01", None), MARCH)

    assert (share.is_counted, share.billable_units, share.units) == (False, 0, 0)


def test_events_of_one_moment_come_in_the_order_they_were_made():
    first, second = event("2024-03-01", 3, order=1), event("2024-03-01", 4, order=2)

    share = in_advance(SUM, [second, first], second, MARCH)

    assert (share.before.units, share.after.units) == (3, 7)


def test_current_usage_in_advance_is_what_was_paid():
    events = [event("2024-02-01", 5), event("2024-03-02", 10), event("2024-03-03", -4)]

    usage = aggregate_in_advance(SEATS, events, MARCH)

    assert (usage.units, usage.full_units) == (15, 11)


def test_current_usage_in_advance_prorates_what_was_brought_in_and_each_event():
    started_late = replace(MARCH, start_at=utc("2024-03-17"))
    events = [event("2024-02-01", 31), event("2024-03-31", 62)]

    usage = aggregate_in_advance(SEATS, events, started_late, is_prorated=True)

    assert (usage.units, usage.full_units) == (15 + 2, 93)


def test_a_maximum_cannot_be_paid_in_advance():
    with pytest.raises(KeyError):
        in_advance(replace(SUM, aggregation_type="max_agg"), [], event("2024-03-01", 1), MARCH)
