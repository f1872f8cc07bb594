"""What holds for every subscription fee: whole periods, upgrades, shares and rounding."""

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billing.periods import (
    Period,
    Reason,
    boundaries,
    days,
    local_day,
    midnight,
    natural_period,
    period_days,
)
from billing.proration import share
from billing.subscription_fee import FeeHistory, Rule, subscription_fee
from tests.billing.given import fee, on, terms

UPGRADED = FeeHistory(has_previous=True, follows_upgrade=True)

intervals = st.sampled_from(["weekly", "monthly", "quarterly", "semiannual", "yearly"])
zones = st.sampled_from(["UTC", "America/New_York", "America/Santiago", "Pacific/Chatham"])
days_of_start = st.dates(on("2019-01-01"), on("2029-12-31"))
amounts = st.integers(0, 10**9)


@given(day=days_of_start, interval=intervals, zone=zones, amount=amounts)
def test_a_whole_period_costs_the_plans_amount(day, interval, zone, amount):
    running = terms(str(day), zone, interval=interval, billing_time="anniversary")
    period = boundaries(running, running.started_at, Reason.CURRENT_USAGE).subscription

    found = subscription_fee(running, period, amount)

    assert found.rule == Rule.FIRST_PERIOD
    assert found.amount_cents == amount


@given(
    day=days_of_start,
    interval=intervals,
    zone=zones,
    amount=amounts,
    offset=st.integers(0, 365),
    second=st.integers(0, 86_399),
    billing_time=st.sampled_from(["calendar", "anniversary"]),
)
def test_an_upgrade_bills_every_day_of_the_period_once(
    day, interval, zone, amount, offset, second, billing_time
):
    whole = terms(f"{day} 12:00", zone, interval=interval, billing_time=billing_time)
    length = period_days(whole, whole.started_on)
    period = boundaries(whole, whole.started_at, Reason.CURRENT_USAGE).subscription
    last = period.end - timedelta(seconds=1)
    moment = min(whole.started_at + timedelta(days=offset % length, seconds=second), last)
    at = str(moment.replace(tzinfo=None))
    kind = {"interval": interval, "billing_time": billing_time}
    old = terms(f"{day} 12:00", zone, terminated_at=at, succeeded_by="upgrade", **kind)
    new = terms(at, zone, subscription_at=f"{day} 12:00", **kind)

    left = fee(old, at, Reason.UPGRADE, amount)
    entered = fee(new, at, Reason.CURRENT_USAGE, amount, UPGRADED)
    undivided = subscription_fee(whole, period, amount)

    assert left.days + entered.days == undivided.days
    assert left.exact + entered.exact == undivided.exact


@given(
    day=days_of_start,
    interval=intervals,
    zone=zones,
    cuts=st.lists(st.integers(1, 365), max_size=5),
)
def test_the_shares_of_adjacent_periods_sum_to_one(day, interval, zone, cuts):
    running = terms(str(day), zone, interval=interval)
    length = period_days(running, day)
    whole = natural_period(running, day)
    first = local_day(whole.start, running.zone)
    offsets = sorted({0, *(cut for cut in cuts if cut < length), length})
    moments = [midnight(first + timedelta(days=offset), running.zone) for offset in offsets]

    shares = [
        share(1, days(Period(start, end), running.zone), length) for start, end in pairwise(moments)
    ]

    assert sum(shares) == 1
    assert moments[-1] == whole.end


@given(day=days_of_start, interval=intervals, zone=zones, amount=amounts)
def test_a_fee_is_within_half_a_cent_of_its_exact_amount(day, interval, zone, amount):
    running = terms(f"{day} 12:00", zone, interval=interval)
    period = boundaries(running, running.started_at, Reason.CURRENT_USAGE).subscription

    found = subscription_fee(running, period, amount)

    assert abs(found.amount_cents - found.exact) <= Fraction(1, 2)
    assert found.exact == Fraction(amount, found.period_days) * found.days
