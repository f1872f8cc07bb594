"""Days are civil days, whatever the clock does."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from billing.periods import Period, days, inclusive_end, local_day, midnight
from tests.billing.given import on, span, utc


@pytest.mark.parametrize(
    ("zone", "first", "after", "count"),
    [
        ("Europe/Paris", "2024-03-01", "2024-04-01", 31),  # an hour is lost
        ("Europe/Paris", "2024-10-01", "2024-11-01", 31),  # an hour is won
        ("America/New_York", "2024-03-10", "2024-03-11", 1),
        ("America/New_York", "2024-11-03", "2024-11-04", 1),
        ("America/Santiago", "2024-09-08", "2024-09-09", 1),  # there is no midnight
        ("America/Havana", "2024-11-03", "2024-11-04", 1),  # midnight comes twice
        ("Australia/Lord_Howe", "2024-10-01", "2024-11-01", 31),  # half an hour
        ("UTC", "2024-02-01", "2024-03-01", 29),
    ],
)
def test_a_change_of_the_clock_never_adds_or_removes_a_day(zone, first, after, count):
    place = ZoneInfo(zone)
    period = Period(midnight(on(first), place), midnight(on(after), place))

    assert days(period, place) == count


def test_a_part_of_a_day_counts_as_a_day_at_both_ends():
    assert days(span("2024-02-01 23:59", "2024-02-03 00:01"), ZoneInfo("UTC")) == 3


def test_an_end_at_midnight_does_not_touch_the_next_day():
    period = span("2024-02-01 12:00", "2024-02-03 00:00")

    assert days(period, ZoneInfo("UTC")) == 2
    assert inclusive_end(period) == utc("2024-02-02 23:59:59.999")


def test_an_empty_period_touches_no_day_and_shows_its_start_as_its_end():
    empty = span("2024-02-01 12:00", "2024-02-01 12:00")

    assert days(empty, ZoneInfo("UTC")) == 0
    assert inclusive_end(empty) == empty.start
    assert empty.is_empty


def test_days_are_those_of_the_zone():
    period = span("2024-02-01 12:00", "2024-02-01 20:00")

    assert days(period, ZoneInfo("UTC")) == 1
    assert days(period, ZoneInfo("Asia/Tokyo")) == 2


def test_a_day_without_midnight_begins_with_its_first_moment():
    santiago = ZoneInfo("America/Santiago")

    start = midnight(on("2024-09-08"), santiago)

    assert start == utc("2024-09-08 04:00")
    assert local_day(start, santiago) == on("2024-09-08")
    assert local_day(start - timedelta(microseconds=1), santiago) == on("2024-09-07")


def test_a_midnight_that_comes_twice_is_the_first():
    havana = ZoneInfo("America/Havana")

    assert midnight(on("2024-11-03"), havana) == utc("2024-11-03 04:00")


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="cannot end"):
        span("2024-02-02", "2024-02-01")


def test_a_period_needs_aware_moments():
    with pytest.raises(ValueError, match="aware"):
        Period(utc("2024-02-01").replace(tzinfo=None), utc("2024-02-02"))


def test_the_start_is_inside_and_the_end_is_outside():
    period = span("2024-02-01", "2024-02-02")

    assert period.start in period
    assert period.end not in period
