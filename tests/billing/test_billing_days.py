"""On which days a subscription is billed, and on which it is not."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.periods import BilledTo, is_billing_day, next_billing_day_after
from tests.billing.given import on, terms, utc


def billed(given_terms, first, last):
    day, found = on(first), []
    while day <= on(last):
        if is_billing_day(given_terms, day):
            found.append(str(day))
        day += timedelta(days=1)
    return found


def test_a_calendar_month_is_billed_on_the_first_but_not_on_the_day_of_the_start():
    assert billed(terms("2024-02-01"), "2024-01-01", "2024-04-30") == ["2024-03-01", "2024-04-01"]


def test_a_week_is_billed_on_monday_or_on_its_own_weekday():
    assert billed(terms("2024-05-15", interval="weekly"), "2024-05-15", "2024-05-28") == [
        "2024-05-20",
        "2024-05-27",
    ]
    anniversary = terms("2024-05-15", interval="weekly", billing_time="anniversary")
    assert billed(anniversary, "2024-05-15", "2024-05-30") == ["2024-05-22", "2024-05-29"]


@pytest.mark.parametrize("part", ["bill_charges_monthly", "bill_fixed_charges_monthly"])
def test_a_year_with_a_monthly_part_is_billed_every_month(part):
    yearly = terms("2023-01-31", interval="yearly", billing_time="anniversary", **{part: True})

    assert billed(yearly, "2023-01-31", "2023-04-30") == ["2023-02-28", "2023-03-31", "2023-04-30"]


def test_the_monthly_flags_mean_nothing_for_a_quarter():
    quarterly = terms("2024-01-01", interval="quarterly", bill_charges_monthly=True)

    assert billed(quarterly, "2024-01-01", "2024-05-01") == ["2024-04-01"]


def test_a_start_in_the_past_is_not_billed_before_it_was_created():
    backdated = terms("2024-01-15", created_at="2024-03-01 10:00")

    assert billed(backdated, "2024-01-01", "2024-04-30") == ["2024-03-01", "2024-04-01"]
    assert next_billing_day_after(backdated, on("2024-01-15")) == on("2024-03-01")


def test_the_day_it_ends_is_no_billing_day():
    ending = terms("2024-01-15", ending_at="2024-03-01 00:00")

    assert billed(ending, "2024-01-01", "2024-04-30") == ["2024-02-01"]
    assert next_billing_day_after(ending, on("2024-02-01")) is None


def test_nothing_is_billed_after_it_was_terminated():
    terminated = terms("2024-01-15", terminated_at="2024-03-10 12:00")

    assert billed(terminated, "2024-01-01", "2024-04-30") == ["2024-02-01", "2024-03-01"]
    assert next_billing_day_after(terminated, on("2024-03-01")) is None


def test_the_day_is_local():
    tokyo = terms("2024-01-31 16:00", "Asia/Tokyo")

    assert billed(tokyo, "2024-01-31", "2024-03-01") == ["2024-03-01"]


def test_a_day_that_comes_again_after_a_move_is_not_billed_again():
    # January was billed in Tokyo; in Los Angeles it is still the 31st.
    moved = terms("2023-05-05", "America/Los_Angeles")
    billed_to = BilledTo(charges=utc("2024-01-31 15:00"))

    assert not is_billing_day(moved, on("2024-02-01"), billed_to)
    assert next_billing_day_after(moved, on("2024-01-31"), billed_to) == on("2024-03-01")


def test_a_period_that_was_billed_ahead_does_not_begin_again_after_a_move():
    # It started on Monday in Auckland, which was Sunday in UTC.
    moved = terms("2021-02-07 11:00", interval="weekly", pay_in_advance=True)
    billed_to = BilledTo(subscription=utc("2021-02-14 11:00"))

    assert not is_billing_day(moved, on("2021-02-08"), billed_to)
    assert next_billing_day_after(moved, on("2021-02-07"), billed_to) == on("2021-02-15")


@given(
    start=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)),
    interval=st.sampled_from(["weekly", "monthly", "quarterly", "semiannual", "yearly"]),
    billing_time=st.sampled_from(["calendar", "anniversary"]),
    zone=st.sampled_from(["UTC", "Pacific/Kiritimati", "America/St_Johns"]),
    is_monthly=st.booleans(),
    ahead=st.integers(0, 800),
)
def test_the_next_billing_day_is_the_first_that_is_one(
    start, interval, billing_time, zone, is_monthly, ahead
):
    given_terms = terms(
        str(start),
        zone,
        interval=interval,
        billing_time=billing_time,
        bill_charges_monthly=is_monthly,
    )
    day = given_terms.started_on + timedelta(days=ahead)

    found = next_billing_day_after(given_terms, day)

    assert is_billing_day(given_terms, found)
    between = range(1, (found - day).days)
    assert not any(is_billing_day(given_terms, day + timedelta(days=n)) for n in between)
