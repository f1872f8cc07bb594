"""The subscription fee: published figures, the order of the rules, and what always holds."""

import pytest

from billing.periods import (
    Reason,
    Succession,
    boundaries,
)
from billing.subscription_fee import FeeHistory, Rule, bills_subscription_fee, subscription_fee
from billing.trial import trial_end
from tests.billing.given import fee, span, terms, utc

ANNIVERSARY = {"billing_time": "anniversary"}
AHEAD = {"pay_in_advance": True}
UPGRADED = FeeHistory(has_previous=True, follows_upgrade=True)
DOWNGRADED = FeeHistory(has_previous=True)


@pytest.mark.parametrize(
    ("zone", "start", "amount"),
    [
        ("America/Denver", "2023-06-16 05:00", 400),
        ("America/Halifax", "2023-06-16 05:00", 300),
        ("Europe/Paris", "2023-06-16 20:00", 300),
        ("Asia/Karachi", "2023-06-16 20:00", 200),
    ],
)
def test_the_first_week_is_prorated_by_the_customers_days(zone, start, amount):
    weekly = terms(start, zone, interval="weekly", **AHEAD)

    assert fee(weekly, start, Reason.STARTING, 700).amount_cents == amount


@pytest.mark.parametrize(
    ("started", "ended", "amount", "billed"),
    [
        ("2024-04-24", "2024-04-26", 2000, 200),
        ("2022-12-15", "2022-12-20", 1000, 194),
        ("2024-04-10 08:00", "2024-04-10 19:00", 1000, 33),  # a day is a day
    ],
)
def test_an_ended_month_in_arrears_is_prorated(started, ended, amount, billed):
    found = fee(terms(started, terminated_at=ended), ended, Reason.TERMINATING, amount)

    assert found.amount_cents == billed
    assert found.rule == Rule.ENDED


def test_the_day_of_an_upgrade_is_billed_on_the_new_plan_only():
    old = terms("2024-01-01", terminated_at="2024-02-12", succeeded_by=Succession.UPGRADE)
    new = terms("2024-02-12", subscription_at="2024-01-01")

    left = fee(old, "2024-02-12", Reason.UPGRADE, 2900)
    entered = fee(new, "2024-03-01", Reason.PERIODIC, 29000, UPGRADED)

    assert (left.amount_cents, left.days) == (1100, 11)
    assert (entered.amount_cents, entered.days) == (18000, 18)
    assert entered.rule == Rule.AFTER_UPGRADE


@pytest.mark.parametrize(
    ("billing_time", "amounts"),
    [("calendar", (871, 968, 1226)), ("anniversary", (1000, 1161, 1471))],
)
def test_two_upgrades_on_one_day(billing_time, amounts):
    first = terms("2024-03-05", billing_time=billing_time, **AHEAD)
    later = terms("2024-03-12", subscription_at="2024-03-05", billing_time=billing_time, **AHEAD)

    found = (
        fee(first, "2024-03-05", Reason.STARTING, 1000),
        fee(later, "2024-03-12", Reason.STARTING, 1500, UPGRADED),
        fee(later, "2024-03-12", Reason.STARTING, 1900, UPGRADED),
    )

    assert tuple(one.amount_cents for one in found) == amounts


def test_an_upgrade_to_a_yearly_plan_is_billed_to_the_next_anniversary():
    yearly = terms(
        "2023-09-28", subscription_at="2023-06-29", interval="yearly", **AHEAD, **ANNIVERSARY
    )

    found = fee(yearly, "2023-09-28", Reason.STARTING, 12000, UPGRADED)

    assert (found.amount_cents, found.days, found.period_days) == (9016, 275, 366)


def test_a_downgrade_to_a_yearly_plan_is_prorated_from_the_day_of_the_change():
    yearly = terms(
        "2023-11-19 12:12",
        subscription_at="2023-07-19 12:12",
        interval="yearly",
        **AHEAD,
        **ANNIVERSARY,
    )

    found = fee(yearly, "2023-11-19 12:12", Reason.STARTING, 118800, DOWNGRADED)

    assert (found.amount_cents, found.days, found.period_days) == (78875, 243, 366)
    assert found.rule == Rule.FIRST_PERIOD


@pytest.mark.parametrize("billing_time", ["calendar", "anniversary"])
def test_a_quarter_is_divided_by_its_own_days(billing_time):
    anchor = {"subscription_at": "2024-01-15"} if billing_time == "anniversary" else {}
    quarterly = terms(
        "2024-05-20",
        interval="quarterly",
        billing_time=billing_time,
        terminated_at="2024-06-20 12:00",
        **anchor,
    )

    found = fee(quarterly, "2024-06-20 12:00", Reason.TERMINATING, 91000)

    assert (found.amount_cents, found.days, found.period_days) == (32000, 32, 91)


@pytest.mark.parametrize(("successor", "amount"), [(None, 1800), (Succession.UPGRADE, 1700)])
def test_an_upgrade_costs_a_day_less_than_a_termination(successor, amount):
    at = "2024-03-18 10:00"
    ended = terms("2024-03-01", terminated_at=at, succeeded_by=successor)
    reason = Reason.UPGRADE if successor else Reason.TERMINATING

    assert fee(ended, at, reason, 3100).amount_cents == amount


@pytest.mark.parametrize(
    ("ending", "amount"), [("2024-09-06 00:05", 67), ("2024-10-05 00:05", 1000)]
)
def test_an_end_on_a_billing_day_adds_no_day(ending, amount):
    ended = terms("2024-09-05", **ANNIVERSARY, ending_at=ending, terminated_at=ending)
    period = boundaries(
        ended, utc(ending), Reason.TERMINATING, is_previous_billed=False
    ).subscription

    assert subscription_fee(ended, period, 1000).amount_cents == amount


@pytest.mark.parametrize(
    ("zone", "ended", "amount"),
    [("UTC", "2023-02-08", 3750), ("America/Los_Angeles", "2023-02-08", 3929)],
)
def test_the_first_month_in_advance_is_prorated_from_the_local_day(zone, ended, amount):
    ahead = terms(ended, zone, **AHEAD)

    assert fee(ahead, ended, Reason.STARTING, 5000).amount_cents == amount


def test_the_first_month_from_an_anniversary_is_whole():
    ahead = terms("2023-02-08", **AHEAD, **ANNIVERSARY)

    found = fee(ahead, "2023-02-08", Reason.STARTING, 5000)

    assert (found.amount_cents, found.rule) == (5000, Rule.WHOLE)


class TestATrial:
    """It suspends the fee; after it, the rest of the period is billed by days."""

    def trial(self, started, length, zone="UTC", amount=5_000_000, **changes):
        given_terms = terms(started, zone, **AHEAD, **changes)
        ends_at = trial_end([given_terms.started_at], length)
        period = boundaries(given_terms, ends_at, Reason.STARTING).subscription
        return subscription_fee(given_terms, period, amount, FeeHistory(trial_ends_at=ends_at))

    def test_of_ten_days_leaves_17_of_31(self):
        found = self.trial("2024-03-05 12:12", 10)

        assert (found.amount_cents, found.days) == (2741935, 17)
        assert found.is_shortened_by_trial

    def test_of_45_days_leaves_12_of_30(self):
        assert self.trial("2024-03-05 12:12", 45).amount_cents == 2000000

    def test_ends_on_the_local_day(self):
        found = self.trial("2024-03-05 12:12", 28, "Asia/Tokyo")

        assert (found.amount_cents, found.days, found.period_days) == (4833333, 29, 30)

    def test_of_7_days_leaves_21_of_31(self):
        assert self.trial("2024-03-04 21:00", 7, amount=3500).amount_cents == 2371

    def test_goes_on_over_an_upgrade_with_the_length_of_the_new_plan(self):
        ends_at = trial_end([utc("2024-03-05"), utc("2024-03-12")], 13)
        new = terms("2024-03-12", subscription_at="2024-03-05", **AHEAD)
        period = boundaries(new, ends_at, Reason.STARTING).subscription

        history = FeeHistory(has_previous=True, follows_upgrade=True, trial_ends_at=ends_at)

        assert subscription_fee(new, period, 10_000_000, history).amount_cents == 4516129

    def test_shortens_even_a_whole_amount(self):
        found = self.trial("2024-03-05", 10, amount=3100, **ANNIVERSARY)

        assert (found.amount_cents, found.days, found.rule) == (2100, 21, Rule.WHOLE)

    def test_that_outlasts_the_period_leaves_nothing(self):
        history = FeeHistory(trial_ends_at=utc("2024-04-01"))

        found = subscription_fee(terms("2024-03-05"), span("2024-03-05", "2024-04-01"), 99, history)

        assert (found.amount_cents, found.days) == (0, 0)

    def test_that_is_over_before_the_period_changes_nothing(self):
        history = FeeHistory(is_billed_before=True, trial_ends_at=utc("2024-03-01"))

        found = subscription_fee(terms("2024-01-05"), span("2024-03-01", "2024-04-01"), 99, history)

        assert (found.amount_cents, found.is_shortened_by_trial) == (99, False)


def test_a_later_fee_is_whole_and_a_start_in_the_past_counts_as_billed():
    running = terms("2024-01-10", created_at="2024-01-10")
    backdated = terms("2024-01-10", created_at="2024-03-15", **AHEAD)
    short = span("2024-02-10", "2024-03-01")

    later = subscription_fee(running, short, 1000, FeeHistory(is_billed_before=True))
    past = subscription_fee(backdated, short, 1000)

    assert (later.amount_cents, later.rule) == (1000, Rule.WHOLE)
    assert (past.amount_cents, past.rule) == (1000, Rule.WHOLE)


def test_a_draft_is_not_cut_by_a_later_end():
    ended = terms("2024-01-10", terminated_at="2024-03-15")

    found = fee(ended, "2024-02-01", Reason.PERIODIC, 3100)

    assert (found.amount_cents, found.rule) == (2200, Rule.FIRST_PERIOD)


class TestWhetherThereIsAFee:
    """In advance at the start of a period, in arrears at its end, once."""

    def test_in_arrears(self):
        arrears = terms("2024-01-10")

        at = utc("2024-02-01")
        assert bills_subscription_fee(arrears, at, Reason.PERIODIC)
        assert bills_subscription_fee(arrears, at, Reason.TERMINATING)
        assert bills_subscription_fee(arrears, at, Reason.UPGRADE)
        assert bills_subscription_fee(arrears, at, Reason.DOWNGRADE)
        assert not bills_subscription_fee(arrears, at, Reason.STARTING)
        assert not bills_subscription_fee(arrears, at, Reason.CURRENT_USAGE)

    def test_in_advance(self):
        ahead = terms("2024-01-10", **AHEAD)

        at = utc("2024-02-01")
        assert bills_subscription_fee(ahead, at, Reason.STARTING)
        assert bills_subscription_fee(ahead, at, Reason.PERIODIC)
        assert not bills_subscription_fee(ahead, at, Reason.TERMINATING)
        assert not bills_subscription_fee(ahead, at, Reason.UPGRADE)

    def test_not_twice_a_day_in_advance(self):
        billed = FeeHistory(is_billed_before=True, is_billed_today=True)

        at = utc("2024-02-01")
        assert not bills_subscription_fee(terms("2024-01-10", **AHEAD), at, Reason.PERIODIC, billed)
        assert bills_subscription_fee(terms("2024-01-10"), at, Reason.PERIODIC, billed)

    def test_not_before_the_last_day_of_a_trial(self):
        history = FeeHistory(trial_ends_at=utc("2024-02-01 18:00"))
        ahead = terms("2024-01-20 18:00", **AHEAD)

        assert not bills_subscription_fee(ahead, utc("2024-01-31"), Reason.PERIODIC, history)
        assert bills_subscription_fee(ahead, utc("2024-02-01 00:10"), Reason.PERIODIC, history)

    @pytest.mark.parametrize("part", ["bill_charges_monthly", "bill_fixed_charges_monthly"])
    def test_once_a_year_with_a_monthly_part(self, part):
        arrears = terms("2024-01-31", interval="yearly", **ANNIVERSARY, **{part: True})

        assert not bills_subscription_fee(arrears, utc("2024-02-29"), Reason.PERIODIC)
        assert bills_subscription_fee(arrears, utc("2025-01-31"), Reason.PERIODIC)
        assert bills_subscription_fee(arrears, utc("2024-06-15"), Reason.TERMINATING)

    def test_in_advance_in_any_month_if_it_has_never_been_billed(self):
        ahead = terms("2024-01-15", interval="yearly", bill_charges_monthly=True, **AHEAD)

        never, before = FeeHistory(), FeeHistory(is_billed_before=True)
        assert bills_subscription_fee(ahead, utc("2024-05-01"), Reason.PERIODIC, never)
        assert not bills_subscription_fee(ahead, utc("2024-05-01"), Reason.PERIODIC, before)
