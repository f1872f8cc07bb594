"""Whatever a subscription lives through, each of its moments is billed once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.periods import SubscriptionTerms
from tests.soak.periods import INTERVALS, ZONES, faults, live

zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2019, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
subscriptions = st.builds(
    SubscriptionTerms,
    interval=st.sampled_from(INTERVALS),
    billing_time=st.sampled_from(["calendar", "anniversary"]),
    pay_in_advance=st.booleans(),
    subscription_at=moments,
    started_at=moments,
    zone=zones.map(ZoneInfo),
    bill_charges_monthly=st.booleans(),
    bill_fixed_charges_monthly=st.booleans(),
)


@settings(max_examples=300)
@given(terms=subscriptions, length=st.integers(400, 500), second=st.integers(0, 86_399))
def test_no_moment_is_billed_twice_or_left_out(terms, length, second):
    ended_at = terms.started_at + timedelta(days=length, seconds=second)

    life = live(terms, ended_at, None)

    assert list(faults(life)) == []


@settings(max_examples=300)
@given(
    terms=subscriptions, hours=st.integers(1, 400 * 24), zone=zones, second=st.integers(0, 86_399)
)
def test_a_move_to_another_timezone_changes_nothing_about_that(terms, hours, zone, second):
    ended_at = terms.started_at + timedelta(days=434, seconds=second)
    moved_at = terms.started_at + timedelta(hours=hours)

    life = live(terms, ended_at, (moved_at, zone))

    assert list(faults(life)) == []
