"""What an invoice bills, for each reason to make one."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from billing.periods import (
    BilledTo,
    Period,
    Reason,
    Succession,
    boundaries,
    inclusive_end,
    midnight,
)
from tests.billing.given import on, span, terms, utc

YEARLY = {"interval": "yearly", "billing_time": "anniversary"}


def test_in_arrears_the_finished_period_is_billed():
    found = boundaries(terms("2024-01-10 09:00"), utc("2024-03-01"), Reason.PERIODIC)

    february = span("2024-02-01", "2024-03-01")
    assert (found.subscription, found.charges, found.fixed_charges) == (february,) * 3


def test_in_advance_the_period_that_begins_is_billed_with_the_usage_of_the_finished_one():
    ahead = terms("2024-01-10 09:00", pay_in_advance=True)

    found = boundaries(ahead, utc("2024-03-01 00:10"), Reason.PERIODIC)

    assert found.subscription == span("2024-03-01", "2024-04-01")
    assert found.charges == span("2024-02-01", "2024-03-01")


def test_the_first_period_begins_with_the_local_day_and_its_usage_at_the_exact_start():
    found = boundaries(
        terms("2024-01-10 04:30", "America/New_York"), utc("2024-02-01 06:00"), Reason.PERIODIC
    )

    assert found.subscription == span("2024-01-09 05:00", "2024-02-01 05:00")
    assert found.charges == span("2024-01-10 04:30", "2024-02-01 05:00")


def test_a_starting_invoice_bills_the_running_period_and_no_usage():
    ahead = terms("2024-01-10 09:00", pay_in_advance=True)

    found = boundaries(ahead, utc("2024-01-10 09:00"), Reason.STARTING)

    assert found.subscription == span("2024-01-10", "2024-02-01")
    assert found.charges.is_empty
    assert found.charges.start == utc("2024-01-10 09:00")


def test_a_termination_bills_the_running_period_with_the_last_moment_inside():
    ended = terms("2024-01-10 09:00", terminated_at="2024-03-09 12:30:00.000700")

    found = boundaries(ended, utc("2024-03-09 12:30:01"), Reason.TERMINATING)

    assert found.subscription == span("2024-03-01", "2024-03-09 12:30:00.001")
    assert found.charges == found.subscription
    assert inclusive_end(found.charges) == utc("2024-03-09 12:30")


def test_an_upgrade_ends_the_old_period_where_the_new_one_starts():
    moment = "2024-03-09 12:30:00.500700"
    old = terms("2024-01-10 09:00", terminated_at=moment, succeeded_by=Succession.UPGRADE)
    new = terms(moment, subscription_at="2024-01-10 09:00", pay_in_advance=True)

    left = boundaries(old, utc(moment), Reason.UPGRADE)
    entered = boundaries(new, utc("2024-04-01"), Reason.PERIODIC)

    assert left.charges.end == entered.charges.start == utc("2024-03-09 12:30:00.500")


@pytest.mark.parametrize("is_ahead", [False, True])
def test_a_downgrade_bills_the_finished_period_in_full(is_ahead):
    old = terms(
        "2024-01-10 09:00",
        pay_in_advance=is_ahead,
        terminated_at="2024-03-01 00:10",
        succeeded_by=Succession.DOWNGRADE,
    )

    found = boundaries(old, utc("2024-03-01 00:10"), Reason.DOWNGRADE)

    assert found.subscription == found.charges == span("2024-02-01", "2024-03-01")


def test_current_usage_is_that_of_the_running_period_from_the_start_on():
    found = boundaries(terms("2024-01-10 09:00"), utc("2024-01-20"), Reason.CURRENT_USAGE)

    assert found.charges == span("2024-01-10 09:00", "2024-02-01")


def test_a_draft_keeps_its_period_when_the_subscription_ends_later():
    ended = terms("2024-01-10", pay_in_advance=True, terminated_at="2024-03-09 12:30")

    found = boundaries(ended, utc("2024-03-01"), Reason.PERIODIC)

    assert found.subscription == span("2024-03-01", "2024-04-01")


class TestALateTermination:
    """It comes after a period that has no invoice yet, within a day."""

    def test_bills_the_whole_finished_period_and_not_the_extra_day(self):
        ended = terms("2024-01-10", terminated_at="2024-03-01 00:05")

        found = boundaries(
            ended, utc("2024-03-01 00:05"), Reason.TERMINATING, is_previous_billed=False
        )

        assert found.subscription == found.charges == span("2024-02-01", "2024-03-01")

    def test_bills_the_extra_day_if_the_finished_period_has_its_invoice(self):
        ended = terms("2024-01-10", terminated_at="2024-03-01 00:05")

        found = boundaries(ended, utc("2024-03-01 00:05"), Reason.TERMINATING)

        assert found.charges == span("2024-03-01", "2024-03-01 00:05:00.001")

    def test_is_late_no_more_after_24_hours(self):
        ended = terms("2024-01-10", terminated_at="2024-03-02 00:00")

        found = boundaries(
            ended, utc("2024-03-02 00:00"), Reason.TERMINATING, is_previous_billed=False
        )

        assert found.charges == span("2024-03-01", "2024-03-02 00:00:00.001")

    def test_on_its_first_day_bills_that_day(self):
        ended = terms("2024-03-01 00:00", terminated_at="2024-03-01 10:00")

        found = boundaries(
            ended, utc("2024-03-01 10:00"), Reason.TERMINATING, is_previous_billed=False
        )

        assert found.charges == span("2024-03-01", "2024-03-01 10:00:00.001")

    def test_bills_the_month_of_charges_and_the_running_year(self):
        ended = terms(
            "2024-01-10", interval="yearly", bill_charges_monthly=True, terminated_at="2024-03-01"
        )

        found = boundaries(ended, utc("2024-03-01"), Reason.TERMINATING, is_previous_billed=False)

        assert found.charges == span("2024-02-01", "2024-03-01")
        assert found.subscription == span("2024-01-10", "2024-03-01 00:00:00.001")


class TestAYearWithAMonthlyPart:
    """The part has its own months; the other is billed when the year is over."""

    def test_bills_charges_each_month_and_fixed_charges_at_the_end_of_the_year(self):
        yearly = terms("2024-01-31", **YEARLY, bill_charges_monthly=True)

        in_march = boundaries(yearly, utc("2024-03-31"), Reason.PERIODIC)
        in_january = boundaries(yearly, utc("2025-01-31"), Reason.PERIODIC)

        assert in_march.charges == span("2024-02-29", "2024-03-31")
        assert in_march.fixed_charges is None
        assert in_january.charges == span("2024-12-31", "2025-01-31")
        assert in_january.fixed_charges == span("2024-01-31", "2025-01-31")
        assert in_january.subscription == span("2024-01-31", "2025-01-31")

    def test_bills_fixed_charges_each_month_and_charges_at_the_end_of_the_year(self):
        yearly = terms("2024-01-31", **YEARLY, bill_fixed_charges_monthly=True)

        in_march = boundaries(yearly, utc("2024-03-31"), Reason.PERIODIC)

        assert in_march.charges is None
        assert in_march.fixed_charges == span("2024-02-29", "2024-03-31")

    def test_shows_the_day_of_the_start_while_no_year_is_over(self):
        yearly = terms("2024-01-31 01:00", **YEARLY, bill_charges_monthly=True)

        found = boundaries(yearly, utc("2024-03-31"), Reason.PERIODIC)

        assert found.subscription.start == utc("2024-01-31")
        assert inclusive_end(found.subscription) == utc("2024-01-31 01:00")

    def test_bills_both_parts_when_it_ends(self):
        ended = terms(
            "2024-01-31", **YEARLY, bill_fixed_charges_monthly=True, terminated_at="2024-04-15"
        )

        found = boundaries(ended, utc("2024-04-15"), Reason.TERMINATING)

        assert found.charges == span("2024-01-31", "2024-04-15 00:00:00.001")
        assert found.fixed_charges == span("2024-03-31", "2024-04-15 00:00:00.001")


@pytest.mark.parametrize(
    ("left", "entered"),
    [("America/Los_Angeles", "Asia/Tokyo"), ("Asia/Tokyo", "America/Los_Angeles")],
)
def test_a_move_to_another_timezone_leaves_no_hole_and_no_overlap(left, entered):
    january_end = midnight(on("2024-02-01"), ZoneInfo(left))
    moved = terms("2023-05-05", entered)

    found = boundaries(
        moved,
        midnight(on("2024-03-01"), ZoneInfo(entered)),
        Reason.PERIODIC,
        billed_to=BilledTo(january_end, january_end, january_end),
    )

    assert found.charges.start == found.fixed_charges.start == january_end
    assert found.charges.end == midnight(on("2024-03-01"), ZoneInfo(entered))
    assert found.subscription.start >= january_end


def test_a_move_before_the_first_invoice_leaves_no_hole():
    moved = terms("2026-11-29 23:40", "Atlantic/Azores")  # a Sunday there, a Monday in Beirut

    weekly = replace(moved, interval="weekly")
    found = boundaries(weekly, utc("2026-12-07 01:00"), Reason.PERIODIC, billed_to=BilledTo())

    assert found.charges == span("2026-11-29 23:40", "2026-12-07 01:00")


def test_usage_before_a_start_in_the_past_is_not_billed_for_want_of_an_invoice():
    backdated = terms("2024-01-31 12:00", created_at="2024-02-10")

    found = boundaries(backdated, utc("2024-03-01"), Reason.PERIODIC, billed_to=BilledTo())

    assert found.charges == span("2024-02-01", "2024-03-01")


def test_an_anniversary_may_move_by_days_with_its_customer():
    # The 28th of February in New York is the 1st of March in Kolkata.
    moved = terms("2026-02-28 19:00", "Asia/Kolkata", billing_time="anniversary")
    august = utc("2026-08-28 04:00")

    found = boundaries(
        moved, utc("2026-09-30 18:30"), Reason.PERIODIC, billed_to=BilledTo(charges=august)
    )

    assert found.charges == span("2026-08-28 04:00", "2026-09-30 18:30")


def test_the_shown_moment_of_the_start_is_no_billed_period():
    yearly = terms("2024-01-31 01:00", **YEARLY, bill_charges_monthly=True)
    shown = BilledTo(subscription=utc("2024-01-31 01:00:00.001"))

    found = boundaries(yearly, utc("2025-01-31"), Reason.PERIODIC, billed_to=shown)

    assert found.subscription == span("2024-01-31", "2025-01-31")


def test_an_end_a_month_ago_is_no_move_to_another_timezone():
    long_ago = utc("2024-01-01")

    found = boundaries(
        terms("2023-05-05"),
        utc("2024-03-01"),
        Reason.PERIODIC,
        billed_to=BilledTo(long_ago, long_ago, long_ago),
    )

    assert found.charges == found.subscription == span("2024-02-01", "2024-03-01")


def test_a_subscription_that_ends_as_it_starts_has_one_moment():
    moment = utc("2024-02-03 10:00")
    ended = terms("2024-02-03 10:00", terminated_at="2024-02-03 10:00")

    found = boundaries(ended, moment, Reason.TERMINATING)

    assert found.charges == Period(moment, utc("2024-02-03 10:00:00.001"))
