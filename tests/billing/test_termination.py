"""What an end in mid-period gives back: published figures, limits, and what always holds."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import round_to_cents
from billing.periods import Reason, Succession, boundaries
from billing.subscription_fee import FeeHistory, subscription_fee
from billing.termination import PaidAhead, unused_part
from tests.billing.given import terms, utc


def ended(started, at, amount, *, trial=None, fee=None, **changes):
    """End a subscription in advance that was billed once, at its start."""
    given_terms = terms(started, pay_in_advance=True, terminated_at=at, **changes)
    period = boundaries(
        terms(started, pay_in_advance=True, **_without_end(changes)),
        utc(started),
        Reason.STARTING,
    ).subscription
    billed = subscription_fee(given_terms, period, amount, FeeHistory(trial_ends_at=trial))
    paid = PaidAhead(
        amount_cents=billed.amount_cents,
        plan_amount_cents=amount,
        billed_to=period.end,
        billed_days=billed.days,
        **(fee or {}),
    )
    return unused_part(given_terms, paid, trial)


def _without_end(changes):
    changes = {name: value for name, value in changes.items() if name != "succeeded_by"}
    zone = changes.pop("zone", "UTC")
    return {"zone": zone, **changes}


@pytest.mark.parametrize(
    ("started", "at", "amount", "item"),
    [
        ("2024-02-01", "2024-02-12 10:00", 2900, 1700),
        ("2024-02-01 08:00", "2024-02-01 09:00", 2900, 2800),
        ("2025-02-08", "2025-02-21 12:00", 10000, 2500),
    ],
)
def test_the_day_of_the_end_is_used(started, at, amount, item):
    assert ended(started, at, amount).amount_cents == item


def test_the_day_of_an_upgrade_is_not_used():
    found = ended("2024-02-01", "2024-02-12 10:00", 2900, succeeded_by=Succession.UPGRADE)

    assert (found.amount_cents, found.days, found.period_days) == (1800, 18, 29)


@pytest.mark.parametrize(
    ("zone", "billing_time", "item"),
    [
        ("UTC", "calendar", "3571.42857"),  # 20 of 28 days
        ("Asia/Tokyo", "calendar", "3571.42857"),
        ("America/Los_Angeles", "calendar", "3750"),  # 21: it is the day before
        ("UTC", "anniversary", "4821.42857"),  # 27
    ],
)
def test_a_subscription_that_starts_and_ends_on_one_day_keeps_that_day(zone, billing_time, item):
    found = ended("2023-02-08", "2023-02-08 01:00", 5000, zone=zone, billing_time=billing_time)

    assert found.amount_cents == Decimal(item)


@pytest.mark.parametrize(
    ("interval", "amount", "item"),
    [
        ("monthly", 20000, "19333.33333"),
        ("monthly", 16000, "15466.66666"),
        ("weekly", 2999, "2570.57142"),
    ],
)
def test_the_item_is_cut_after_5_decimals(interval, amount, item):
    start = "2024-04-10" if interval == "monthly" else "2024-04-08"

    found = ended(start, f"{start} 10:00", amount, interval=interval, billing_time="anniversary")

    assert found.amount_cents == Decimal(item)


@pytest.mark.parametrize(
    ("started", "at", "amount", "item"),
    [
        ("2024-03-05", "2024-03-12 10:00", 1000, "645.16129"),
        ("2023-08-29", "2023-09-28 10:00", 1000, "32.25806"),
    ],
)
def test_an_upgrade_inside_a_month(started, at, amount, item):
    billing_time = "anniversary" if started == "2023-08-29" else "calendar"

    found = ended(started, at, amount, billing_time=billing_time, succeeded_by=Succession.UPGRADE)

    assert found.amount_cents == Decimal(item)


class TestATrial:
    """Its days are neither used nor given back."""

    def test_that_ends_on_the_last_day_gives_all_back(self):
        trial = utc("2024-03-11 21:00")

        found = ended("2024-03-04 21:00", "2024-03-11 22:00", 3500, trial=trial)

        assert round_to_cents(found.amount_cents) == 2371
        assert found.used_cents == 0

    def test_that_is_over_counts_no_more(self):
        trial = utc("2024-03-11 21:00")

        found = ended("2024-03-04 21:00", "2024-03-13 22:00", 3100, trial=trial)

        assert (found.amount_cents, found.days, found.used_cents) == (1800, 18, 300)


def test_no_more_is_given_back_than_was_billed():
    given_terms = terms(
        "2024-02-01",
        pay_in_advance=True,
        billing_time="anniversary",
        terminated_at="2024-02-01 10:00",
    )
    paid = PaidAhead(
        amount_cents=500, plan_amount_cents=2900, billed_to=utc("2024-03-01"), billed_days=5
    )

    assert unused_part(given_terms, paid).amount_cents == 500


def test_what_was_credited_already_is_taken_off():
    found = ended("2024-02-01", "2024-02-12", 2900, fee={"credited_cents": 1000})

    assert found.amount_cents == 700
    assert ended("2024-02-01", "2024-02-12", 2900, fee={"credited_cents": 1700}) is None


def test_there_is_nothing_to_give_back():
    at = "2024-02-12"
    ahead = terms("2024-02-01", pay_in_advance=True, terminated_at=at)
    paid = PaidAhead(
        amount_cents=2900, plan_amount_cents=2900, billed_to=utc("2024-03-01"), billed_days=29
    )
    unbilled = PaidAhead(
        amount_cents=3100, plan_amount_cents=3100, billed_to=utc("2024-02-01"), billed_days=31
    )

    assert unused_part(terms("2024-02-01", terminated_at=at), paid) is None
    assert unused_part(terms("2024-02-01", pay_in_advance=True), paid) is None
    assert unused_part(ahead, unbilled) is None
    assert ended("2024-02-01", at, 2900, fee={"is_voided": True}) is None
    assert ended("2024-02-01", at, 0) is None
    assert ended("2024-02-01", "2024-02-29 10:00", 2900) is None


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2029, 1, 1)),
    interval=st.sampled_from(["weekly", "monthly", "quarterly", "semiannual", "yearly"]),
    billing_time=st.sampled_from(["calendar", "anniversary"]),
    part=st.integers(0, 1000),
    amount=st.integers(1, 10**8),
)
def test_what_is_kept_is_the_price_of_the_used_days(start, interval, billing_time, part, amount):
    kind = {"interval": interval, "billing_time": billing_time, "pay_in_advance": True}
    running = terms(str(start), **kind)
    period = boundaries(running, running.started_at, Reason.STARTING).subscription
    at = running.started_at + (period.end - running.started_at) * part / 1001
    fee = subscription_fee(running, period, amount)
    paid = PaidAhead(
        amount_cents=fee.amount_cents,
        plan_amount_cents=amount,
        billed_to=period.end,
        billed_days=fee.days,
    )

    found = unused_part(terms(str(start), terminated_at=at, **kind), paid)

    given_back = found.amount_cents if found else Decimal(0)
    used_days = (at.date() - running.started_on).days + 1
    kept = fee.amount_cents - Fraction(given_back)
    assert 0 <= given_back <= fee.amount_cents
    assert abs(kept - Fraction(amount * used_days, fee.period_days)) <= 1
