"""The charge models by example: amounts in cents of what some usage costs."""

from decimal import Decimal
from fractions import Fraction

import pytest

from billing.errors import Invalid
from billing.pricing import Entry, Usage, price, price_instant
from billing.pricing.free_usage import running_totals
from tests.billing.usages import cents, tiers, units, used

ONE_PERCENT = {"rate": "1", "fixed_amount": "5"}
GRADUATED = {"graduated_ranges": tiers((0, 5, "10", "100"), (6, None, "5", "50"))}
VOLUME = {"volume_ranges": tiers((0, 10, "5", "100"), (11, None, "2", "50"))}
SHARES = {
    "graduated_percentage_ranges": tiers((0, 100, "5", "0"), (101, None, "2", "10"), price="rate")
}


def test_standard_prices_each_unit_the_same():
    assert cents("standard", {"amount": "12.5"}, units(4)) == 5000


def test_three_free_events_pay_nothing_and_the_fourth_pays_all():
    terms = {**ONE_PERCENT, "free_units_per_events": 3}

    assert [cents("percentage", terms, used(*[10] * n)) for n in (1, 2, 3, 4)] == [0, 0, 0, 510]


def test_free_units_of_a_total_cover_the_events_below_it():
    terms = {**ONE_PERCENT, "free_units_per_total_aggregation": "15"}

    paid = [cents("percentage", terms, used(*[4] * n)) for n in (1, 2, 3, 4)]

    assert paid == [0, 0, 0, 501]
    assert cents("percentage", terms, used(4, 4, 4, 4, 10)) == 1011


def test_an_event_that_ends_an_allowance_of_units_still_pays_its_fixed_amount():
    terms = {**ONE_PERCENT, "free_units_per_total_aggregation": "15"}

    assert cents("percentage", terms, used(15)) == 500
    assert cents("percentage", terms, used(14)) == 0


def test_running_totals_end_with_the_first_beyond_the_allowance():
    assert running_totals(used(10, 20, 5, 1), 0, Decimal(30)) == (10, 30, 35)
    assert running_totals(used(10, 20, 5, 1), 2, Decimal(30)) == (10, 30)
    assert running_totals(used(10, 20), 0, Decimal(0)) == ()


def test_of_two_allowances_the_one_that_ends_first_counts():
    terms = {**ONE_PERCENT, "free_units_per_events": 3, "free_units_per_total_aggregation": "15"}

    small = [cents("percentage", terms, used(*[1] * n)) for n in (1, 2, 3, 4)]
    large = [cents("percentage", terms, used(*[10] * n)) for n in (1, 2, 3)]

    assert small == [0, 0, 0, 501]
    assert large == [0, 505, 1015]


def test_bounds_hold_for_each_event_by_itself():
    terms = {
        "rate": "1",
        "fixed_amount": "1",
        "per_transaction_min_amount": "1.75",
        "per_transaction_max_amount": "12",
    }

    assert cents("percentage", terms, used(100)) == 200
    assert cents("percentage", terms, used(100, 1000)) == 1300
    assert cents("percentage", terms, used(100, 1000, 10000)) == 2500
    assert cents("percentage", terms, used(1)) == 175


def test_with_bounds_a_total_allowance_is_used_up_before_events_are_counted():
    bounded = {"rate": "10", "per_transaction_max_amount": "4", "free_units_per_events": 1}

    assert cents("percentage", bounded, used(100, 100)) == 400
    assert (
        cents(
            "percentage", {**bounded, "free_units_per_total_aggregation": "130"}, used(100, 50, 100)
        )
        == 200 + 400
    )


def test_a_negative_event_gives_no_new_allowance():
    terms = {
        "rate": "10",
        "per_transaction_min_amount": "0",
        "free_units_per_total_aggregation": "10",
    }

    assert cents("percentage", terms, used(30, -50, 100)) == 200 + 0 + 1000


def test_a_count_has_events_of_one_unit():
    usage = Usage(units=Decimal(4), events_count=4, values=(Decimal(1),) * 4, is_count=True)

    assert cents("percentage", {**ONE_PERCENT, "free_units_per_events": 3}, usage) == 501


def test_graduated_prices_each_tier_and_its_flat_amount():
    assert [cents("graduated", GRADUATED, units(n)) for n in (0, 3, 5, 8)] == [
        10000,
        13000,
        15000,
        21500,
    ]


def test_graduated_takes_the_part_of_a_unit_that_passed_a_tier():
    assert cents("graduated", GRADUATED, units("5.5")) == 10000 + 5000 + 5000 + 250


def test_adjacent_tiers_share_their_bound():
    terms = {"graduated_ranges": tiers((0, 1, "10", "0"), (1, None, "5", "0"))}

    assert cents("graduated", terms, units("1.5")) == 1000 + 250


def test_a_package_that_is_begun_is_paid():
    package = {"amount": "100", "package_size": 10}

    assert cents("package", {**package, "free_units": 5}, units(12)) == 10000
    assert cents("package", {**package, "free_units": 5}, units(5)) == 0
    assert cents("package", {**package, "free_units": 0}, units(15)) == 20000
    assert cents("package", {**package, "free_units": 0}, units(20)) == 20000


def test_volume_prices_all_units_in_the_tier_of_the_total():
    assert [cents("volume", VOLUME, units(n)) for n in (0, 5, 15)] == [10000, 12500, 8000]


def test_prorated_volume_chooses_the_tier_by_full_units_and_owes_the_flat_amount_in_full():
    usage = Usage(units=Decimal(5), full_units=Decimal(15))

    priced = price("volume", VOLUME, usage, "EUR", is_prorated=True)

    assert (priced.amount_cents, priced.units) == (500 * 2 + 5000, Decimal(15))


def test_graduated_percentage_takes_each_tier_at_its_rate():
    assert [cents("graduated_percentage", SHARES, units(n)) for n in (0, 50, 150)] == [
        0,
        250,
        1600,
    ]


def test_dynamic_adds_what_the_events_state():
    usage = Usage(units=Decimal(20), precise_total_amount_cents=Decimal("912.0"))

    assert cents("dynamic", {}, usage) == 912
    assert price("dynamic", {}, usage, "JPY").amount_cents == 912
    assert price("dynamic", {}, usage, "KWD").amount_cents == 912


def test_a_removal_inside_a_tier_is_paid_back_at_its_price():
    entries = (Entry(Decimal(5), Fraction(7, 2)), Entry(Decimal(-2), Fraction(-1)))
    usage = Usage(units=Decimal("2.5"), full_units=Decimal(3), entries=entries)

    priced = price("graduated", GRADUATED, usage, "EUR", is_prorated=True)

    assert priced.amount_cents == 10000 + 3500 - 1000


def test_flat_amounts_are_due_up_to_the_highest_tier_reached():
    entries = (Entry(Decimal(6), Fraction(6)), Entry(Decimal(-6), Fraction(-6)))
    usage = Usage(units=Decimal(0), entries=entries)

    assert price("graduated", GRADUATED, usage, "EUR", is_prorated=True).amount_cents == 15000


def test_what_was_gone_before_the_period_takes_no_tier():
    gone = (Entry(Decimal(9), Fraction(0)), Entry(Decimal(-9), Fraction(0)))

    def priced(seats):
        entries = (*gone, Entry(Decimal(seats), Fraction(seats)))
        usage = Usage(units=Decimal(seats), entries=entries)
        return price("graduated", GRADUATED, usage, "EUR", is_prorated=True).amount_cents

    assert (priced(3), priced(6)) == (13000, 20500)


def test_a_removal_never_pays_back_a_flat_amount():
    entries = (Entry(Decimal(2), Fraction(1, 5)), Entry(Decimal(-2), Fraction(-1)))
    usage = Usage(units=Decimal("-0.8"), full_units=Decimal(0), entries=entries)

    assert price("graduated", GRADUATED, usage, "EUR", is_prorated=True).amount_cents == 10000


def test_negative_usage_costs_nothing():
    priced = price("standard", {"amount": "3"}, units(-4), "EUR")

    assert (priced.units, priced.amount, priced.amount_cents, priced.unit_amount) == (0, 0, 0, 0)


def test_half_a_cent_is_rounded_away_from_zero():
    priced = price("standard", {"amount": "0.005"}, units(1), "EUR")

    assert (priced.amount_cents, priced.precise_amount_cents) == (1, Decimal("0.500"))


def test_the_unit_amount_of_a_package_is_that_of_a_paid_unit():
    priced = price(
        "package", {"amount": "100", "package_size": 10, "free_units": 10}, units(121), "EUR"
    )

    assert priced.unit_amount == Decimal("10.810810810810811")


def test_large_numbers_lose_no_digit():
    million_billions = units("1000000000000000000000000.001")

    priced = price("standard", {"amount": "1.000000000000001"}, million_billions, "EUR")

    assert priced.amount == Decimal("1000000000000001000000000.001000000000000001")


def test_the_steps_explain_the_amount():
    priced = price("graduated", GRADUATED, units(8), "EUR")

    assert priced.details == {
        "graduated_ranges": [
            {
                "from_value": 0,
                "to_value": 5,
                "units": "5",
                "per_unit_amount": "10",
                "per_unit_total_amount": "50",
                "flat_unit_amount": "100",
                "total_with_flat_amount": "150",
            },
            {
                "from_value": 6,
                "to_value": None,
                "units": "3",
                "per_unit_amount": "5",
                "per_unit_total_amount": "15",
                "flat_unit_amount": "50",
                "total_with_flat_amount": "65",
            },
        ]
    }


def test_standard_has_steps_but_no_details():
    priced = price("standard", {"amount": "2"}, units(3), "EUR")

    assert len(priced.steps) == 1
    assert priced.details == {}


def test_an_instant_price_ignores_allowances_and_keeps_bounds():
    terms = {**ONE_PERCENT, "free_units_per_events": 3, "per_transaction_max_amount": "5.5"}

    assert price_instant("percentage", terms, Decimal(20), "EUR").amount_cents == 520
    assert price_instant("percentage", terms, Decimal(200), "EUR").amount_cents == 550
    assert price_instant("percentage", terms, Decimal(-1), "EUR").amount_cents == 0
    assert price_instant("standard", {"amount": "2"}, Decimal(3), "EUR").amount_cents == 600


def test_properties_that_are_absent_cost_nothing():
    assert cents("standard", {}, units(3)) == 0
    assert cents("volume", {}, units(3)) == 0


def test_an_unknown_model_is_refused():
    with pytest.raises(Invalid) as refused:
        cents("lottery", {}, units(1))

    assert refused.value.errors == {"charge_model": ["value_is_invalid"]}
