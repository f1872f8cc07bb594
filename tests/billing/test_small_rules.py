"""Plan changes, trials, shares of a period and the days of recurring top-ups."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from billing.periods import Succession
from billing.plan_change import plan_change, yearly_amount_cents
from billing.proration import billable_days, day_price, share
from billing.recurring_topups import is_topup_day, next_topup_day
from billing.trial import end_makes_invoice, is_running, suspends_fee, trial_end
from tests.billing.given import on, span, terms, utc

UTC_ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("interval", "yearly"),
    [
        ("weekly", 5200),
        ("monthly", 1200),
        ("quarterly", 400),
        ("semiannual", 200),
        ("yearly", 100),
    ],
)
def test_plans_are_compared_by_the_year(interval, yearly):
    assert yearly_amount_cents(interval, 100) == yearly


def test_a_dearer_or_equal_plan_is_an_upgrade():
    monthly = yearly_amount_cents("monthly", 12900)

    assert plan_change(monthly, monthly) == Succession.UPGRADE
    assert plan_change(monthly, monthly + 1) == Succession.UPGRADE
    assert plan_change(monthly, yearly_amount_cents("yearly", 118800)) == Succession.DOWNGRADE


def test_a_trial_runs_from_the_earliest_start():
    starts = [utc("2024-03-11 22:00"), utc("2024-03-04 21:00")]

    assert trial_end(starts, 7) == utc("2024-03-11 21:00")
    assert trial_end(starts, Decimal("0.5")) == utc("2024-03-05 09:00")
    assert trial_end(starts, 0) is None


def test_a_trial_suspends_the_fee_until_its_last_local_day():
    ends_at = utc("2024-03-11 21:00")

    assert is_running(ends_at, utc("2024-03-11 20:59"))
    assert not is_running(ends_at, ends_at)
    assert not is_running(None, ends_at)
    assert suspends_fee(ends_at, utc("2024-03-10 23:59"), UTC_ZONE)
    assert not suspends_fee(ends_at, utc("2024-03-11 00:00"), UTC_ZONE)
    assert suspends_fee(ends_at, utc("2024-03-11 00:00"), ZoneInfo("Asia/Tokyo"))
    assert not suspends_fee(None, ends_at, UTC_ZONE)


def test_the_end_of_a_trial_is_billed_in_advance_unless_that_is_a_billing_day():
    ahead = terms("2024-03-04 21:00", pay_in_advance=True)

    assert end_makes_invoice(ahead, utc("2024-03-11 21:00"))
    assert not end_makes_invoice(ahead, utc("2024-04-01 21:00"))
    assert not end_makes_invoice(terms("2024-03-04 21:00"), utc("2024-03-11 21:00"))


def test_the_price_of_a_day_is_exact():
    assert day_price(1000, 30) == Fraction(100, 3)
    assert day_price(1000, 30) * 30 == 1000
    assert share(1000, 1, 30) == Fraction(100, 3)


@pytest.mark.parametrize(
    ("end", "billed", "of_the_old_plan"),
    [
        ("2024-02-12 10:00", 12, 11),
        ("2024-02-12 00:00", 11, 11),
        ("2024-02-01 10:00", 1, 0),
    ],
)
def test_the_day_of_an_upgrade_is_not_billed(end, billed, of_the_old_plan):
    period = span("2024-02-01", end)

    assert billable_days(period, UTC_ZONE) == billed
    assert billable_days(period, UTC_ZONE, is_upgraded=True) == of_the_old_plan


def topups(interval, created, first, last, started=None):
    day, found = on(first), []
    while day <= on(last):
        if is_topup_day(
            interval,
            day,
            created_at=utc(created),
            started_at=utc(started) if started else None,
            zone=UTC_ZONE,
        ):
            found.append(str(day))
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize(
    ("interval", "last", "days"),
    [
        ("weekly", "2024-02-16", ["2024-02-07", "2024-02-14"]),
        ("monthly", "2024-05-01", ["2024-02-29", "2024-03-31", "2024-04-30"]),
        ("quarterly", "2024-08-01", ["2024-04-30", "2024-07-31"]),
        ("semiannual", "2025-02-01", ["2024-07-31", "2025-01-31"]),
        ("yearly", "2026-02-01", ["2025-01-31", "2026-01-31"]),
    ],
)
def test_a_recurring_topup_repeats_the_day_of_its_creation(interval, last, days):
    assert topups(interval, "2024-01-31 10:00", "2024-01-01", last) == days


def test_a_recurring_topup_comes_first_an_interval_after_its_start():
    days = topups("monthly", "2024-01-31", "2024-01-01", "2024-04-20", started="2024-02-15")

    assert days == ["2024-03-15", "2024-04-15"]


def test_a_recurring_topup_is_not_due_on_the_day_of_its_creation():
    days = topups("monthly", "2024-02-15", "2024-01-01", "2024-04-01", started="2024-01-15")

    assert days == ["2024-03-15"]


def test_the_next_topup_day_is_the_first_that_is_due():
    created_at = utc("2024-01-31 10:00")

    found = [
        next_topup_day("monthly", on(day), created_at=created_at, zone=UTC_ZONE)
        for day in ("2023-12-01", "2024-01-31", "2024-02-28", "2024-02-29")
    ]

    assert found == [on("2024-02-29"), on("2024-02-29"), on("2024-02-29"), on("2024-03-31")]
