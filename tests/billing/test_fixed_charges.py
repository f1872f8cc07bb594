"""Units of fixed charges in arrears and in advance, and what an upgrade takes off."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.fixed_charges import (
    UnitsChange,
    fee_after_upgrade,
    prorated_units,
    prorated_units_in_arrears,
    units_in_arrears,
    units_in_force,
    units_of_increase,
)
from billing.money import round_to_cents
from tests.billing.given import span, utc

UTC_ZONE = ZoneInfo("UTC")
JULY = span("2023-07-01", "2023-08-01")


def changes(*pairs):
    return [UnitsChange(utc(at), Decimal(units)) for at, units in pairs]


def test_the_last_units_of_the_period_are_billed_in_arrears():
    known = changes(("2023-06-01", 10), ("2023-07-10", 4), ("2023-07-20", 6), ("2023-08-01", 9))

    assert units_in_arrears(known, JULY) == 6
    assert units_in_arrears(changes(("2023-09-01", 3)), JULY) == 0


def test_units_are_in_force_from_their_moment_on():
    known = changes(("2023-06-01", 10), ("2023-07-10 12:00", 4))

    assert units_in_force(known, utc("2023-07-10 11:59")) == 10
    assert units_in_force(known, utc("2023-07-10 12:00")) == 4
    assert units_in_force(known, utc("2023-05-31")) == 0


@pytest.mark.parametrize(
    ("start", "units", "price", "cents"),
    [
        ("2023-07-19 12:12", 10, 100, 419),  # 13 of 31 days
        ("2023-07-19 12:12", 5, 300, 629),
    ],
)
def test_a_first_period_is_prorated(start, units, price, cents):
    known = changes((start, units))

    found = prorated_units_in_arrears(
        known, span(start, "2023-08-01"), period_days=31, zone=UTC_ZONE
    )

    assert round_to_cents(found * price) == cents


def test_the_day_of_the_end_is_billed():
    period = span("2023-08-01", "2023-08-21 12:00")

    found = prorated_units_in_arrears(
        changes(("2023-07-19", 10)), period, period_days=31, zone=UTC_ZONE
    )

    assert found == Decimal("6.774194")  # 21 of 31


def test_the_day_of_a_change_belongs_to_the_new_units():
    known = changes(("2023-06-01", 31), ("2023-07-11 18:00", 62))

    found = prorated_units_in_arrears(known, JULY, period_days=31, zone=UTC_ZONE)

    assert found == 10 + 42  # 10 days of 31, then 21 days of 62


def test_of_two_changes_on_one_day_only_the_last_counts():
    known = changes(("2023-06-01", 31), ("2023-07-11 08:00", 310), ("2023-07-11 18:00", 62))

    found = prorated_units_in_arrears(known, JULY, period_days=31, zone=UTC_ZONE)

    assert found == 10 + 42


def test_units_that_come_in_mid_period_are_billed_from_then_on():
    found = prorated_units_in_arrears(
        changes(("2023-07-22", 31)), JULY, period_days=31, zone=UTC_ZONE
    )

    assert found == 10


def test_days_are_those_of_the_customer():
    known = changes(("2023-06-01", 31), ("2023-07-11 18:00", 62))
    tokyo = span("2023-06-30 15:00", "2023-07-31 15:00")

    found = prorated_units_in_arrears(known, tokyo, period_days=31, zone=ZoneInfo("Asia/Tokyo"))

    assert found == 11 + 40


def test_an_increase_in_advance_bills_the_difference_and_a_decrease_nothing():
    assert units_of_increase(Decimal(4), Decimal(10)) == 6
    assert units_of_increase(Decimal(10), Decimal(4)) == 0
    assert prorated_units(Decimal(6), 10, 30) == 2
    assert prorated_units(Decimal(1), 1, 3) == Decimal("0.333333")


def test_an_upgrade_takes_off_what_was_paid_for_the_same_days():
    fee = round_to_cents(Decimal(10000) * 11 / 31)

    found = fee_after_upgrade(fee, paid_cents=1500, current_days=11, paid_days=31)

    assert found == 3548 - 532
    assert fee_after_upgrade(100, paid_cents=9000, current_days=11, paid_days=31) == 0
    assert fee_after_upgrade(100, paid_cents=9000, current_days=11, paid_days=0) == 100


@given(
    units=st.integers(0, 10**6),
    hours=st.lists(st.integers(1, 743), max_size=6),
)
def test_units_that_do_not_change_cost_a_whole_period(units, hours):
    known = [UnitsChange(utc("2023-06-01"), Decimal(units))]
    known += [
        UnitsChange(utc(f"2023-07-{1 + hour // 24:02d} {hour % 24:02d}:00"), Decimal(units))
        for hour in hours
    ]

    found = prorated_units_in_arrears(known, JULY, period_days=31, zone=UTC_ZONE)

    assert abs(found - units) <= Decimal("0.000004")
