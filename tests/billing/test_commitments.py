"""True-ups of spending minimums and minimum commitments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.commitments import minimum_commitment, spending_minimum


@pytest.mark.parametrize(
    ("minimum", "used", "days", "period_days", "true_up"),
    [
        (1000, 800, 25, 28, 93),
        (10000, 7000, 25, 28, 1929),
        (1000, 800, 28, 28, 200),
        (1000, 1000, 28, 28, 0),
        (1000, 5000, 28, 28, 0),
        (1000, 0, 0, 28, 0),
    ],
)
def test_a_spending_minimum_is_prorated_and_filled_up(minimum, used, days, period_days, true_up):
    found = spending_minimum(minimum, used_cents=used, days=days, period_days=period_days)

    assert found.amount_cents == true_up


@pytest.mark.parametrize(
    ("used", "days", "period_days", "true_up"),
    [
        (10_000 + 3_000, 31, 31, 987_000),
        (10_000 + 1_000, 31, 31, 989_000),
        (10_000, 31, 31, 990_000),
        (89_286, 25, 28, 803_571),
        (71_429, 5, 7, 642_857),
        (1_000_000, 31, 31, 0),
        (2_000_000, 31, 31, 0),
    ],
)
def test_a_commitment_of_a_million_is_filled_up(used, days, period_days, true_up):
    found = minimum_commitment(1_000_000, used_cents=used, days=days, period_days=period_days)

    assert found.amount_cents == true_up


@given(least=st.integers(0, 10**9), used=st.integers(0, 10**9), days=st.integers(0, 366))
def test_a_true_up_reaches_the_target_and_is_never_negative(least, used, days):
    for minimum in (spending_minimum, minimum_commitment):
        found = minimum(least, used_cents=used, days=days, period_days=366)

        assert found.amount_cents >= 0
        assert used + found.amount_cents >= found.target - 1
        assert found.amount_cents == 0 or abs(used + found.amount_cents - found.target) <= 1
