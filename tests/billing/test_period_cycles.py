"""Natural periods keep their anchor over short months, leap days and changes of the clock."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.periods import (
    natural_period,
    next_period,
    period_days,
    previous_period,
    subscription_cycle,
)
from tests.billing.given import on, terms

INTERVALS = ["weekly", "monthly", "quarterly", "semiannual", "yearly"]


def starts(given, first, count):
    cycle, day, found = subscription_cycle(given), on(first), []
    for _ in range(count):
        found.append(str(cycle.start_on(day)))
        day = cycle.next_on(day)
    return found


def test_a_month_from_the_31st_ends_on_the_day_before_the_next_start():
    anniversary = terms("2024-01-31", billing_time="anniversary")

    assert starts(anniversary, "2024-01-31", 5) == [
        "2024-01-31",
        "2024-02-29",
        "2024-03-31",
        "2024-04-30",
        "2024-05-31",
    ]
    february = natural_period(anniversary, on("2024-03-30"))
    assert str(february.start.date()) == "2024-02-29"
    assert str(february.end.date()) == "2024-03-31"


def test_a_year_from_a_leap_day_is_back_on_it_in_the_next_leap_year():
    yearly = terms("2024-02-29", billing_time="anniversary", interval="yearly")

    assert starts(yearly, "2024-02-29", 5) == [
        "2024-02-29",
        "2025-02-28",
        "2026-02-28",
        "2027-02-28",
        "2028-02-29",
    ]
    assert period_days(yearly, on("2024-02-29")) == 365
    assert period_days(yearly, on("2027-02-28")) == 366


def test_a_quarter_from_31_january_starts_on_30_april_and_31_july():
    quarterly = terms("2024-01-31", billing_time="anniversary", interval="quarterly")

    assert starts(quarterly, "2024-01-31", 3) == ["2024-01-31", "2024-04-30", "2024-07-31"]


@pytest.mark.parametrize(
    ("interval", "start", "length"),
    [
        ("weekly", "2024-05-13", 7),
        ("monthly", "2024-05-01", 31),
        ("quarterly", "2024-04-01", 91),
        ("semiannual", "2024-01-01", 182),
        ("yearly", "2024-01-01", 366),
    ],
)
def test_calendar_periods_begin_with_the_calendar(interval, start, length):
    calendar = terms("2023-02-17", interval=interval)

    period = natural_period(calendar, on("2024-05-19"))

    assert str(period.start.date()) == start
    assert period_days(calendar, on("2024-05-19")) == length


def test_the_anniversary_is_the_local_day():
    late = terms("2024-02-01 02:00", "America/New_York", billing_time="anniversary")

    assert subscription_cycle(late).start_on(on("2024-02-15")) == on("2024-01-31")


@given(
    anchor=st.dates(on("2015-01-01"), on("2030-12-31")),
    day=st.dates(on("2015-01-01"), on("2035-12-31")),
    interval=st.sampled_from(INTERVALS),
    billing_time=st.sampled_from(["calendar", "anniversary"]),
)
def test_every_day_lies_in_one_period_and_periods_touch(anchor, day, interval, billing_time):
    given_terms = terms(str(anchor), interval=interval, billing_time=billing_time)
    period = natural_period(given_terms, day)

    assert period.start.date() <= day < period.end.date()
    assert previous_period(given_terms, day).end == period.start
    assert next_period(given_terms, day).start == period.end
    assert natural_period(given_terms, period.start.date()) == period
    assert natural_period(given_terms, period.end.date() - timedelta(days=1)) == period
