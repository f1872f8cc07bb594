"""Lines that are adjusted by hand: what they come to, and what is refused."""

from decimal import Decimal
from functools import partial

import pytest

from billing.adjustments import Adjustment, Computed, Rule, adjust, check_adjustment
from billing.errors import Invalid
from billing.pricing import Usage, price

D = Decimal
COMPUTED = Computed(
    fee_type="charge",
    currency="EUR",
    units=D(3),
    amount_cents=333,
    unit_amount=D("1.11"),
    precise_amount_cents=D(333),
)
TIERS = {
    "graduated_ranges": [
        {"from_value": 0, "to_value": 10, "per_unit_amount": "1", "flat_amount": "2"},
        {"from_value": 11, "to_value": None, "per_unit_amount": "0.5", "flat_amount": "0"},
    ]
}


def graduated(units):
    return price("graduated", TIERS, Usage(units=units, full_units=units), "EUR")


def short(adjustment, reprice=None, computed=COMPUTED):
    worked = adjust(adjustment, computed, reprice)
    return worked.rule, worked.units, worked.unit_amount, worked.amount_cents


@pytest.mark.parametrize(
    ("adjustment", "reprice", "expected"),
    [
        (Adjustment(), graduated, (Rule.NAME, D(3), D("1.11"), 333)),
        (Adjustment(units=D(12)), graduated, (Rule.MODEL, D(12), D("1.083333333333333"), 1300)),
        (Adjustment(units=D("2.5")), None, (Rule.SHARE, D("2.5"), D("3.33"), 833)),
        (Adjustment(unit_amount=D("0.335")), graduated, (Rule.PRICE, D(3), D("0.335"), 101)),
        (Adjustment(units=D(7), unit_amount=D("0.005")), None, (Rule.PRICE, D(7), D("0.005"), 4)),
        (Adjustment(units=D(0)), graduated, (Rule.MODEL, D(0), D(0), 200)),
    ],
    ids=["name", "units", "units of a subscription fee", "price", "units and price", "no units"],
)
def test_an_adjusted_line_comes_to(adjustment, reprice, expected):
    assert short(adjustment, reprice) == expected


def test_what_the_currency_cannot_divide_is_rounded_once():
    yen = Computed(
        fee_type="charge",
        currency="JPY",
        units=D(3),
        amount_cents=300,
        unit_amount=D(100),
        precise_amount_cents=D(300),
    )

    worked = adjust(Adjustment(units=D(3), unit_amount=D("1.5")), yen)

    assert (worked.amount_cents, worked.precise_amount_cents) == (5, D("4.5"))


@pytest.mark.parametrize(
    ("adjustment", "terms", "errors"),
    [
        (Adjustment(units=D(-1)), {}, {"units": ["value_is_out_of_range"]}),
        (Adjustment(unit_amount=D("NaN")), {}, {"unit_amount": ["value_is_out_of_range"]}),
        (
            Adjustment(units=D(1)),
            {"charge_model": "percentage"},
            {"charge": ["invalid_charge_model"]},
        ),
        (Adjustment(units=D(1)), {"charge_model": "dynamic"}, {"charge": ["invalid_charge_model"]}),
        (
            Adjustment(units=D(1)),
            {"charge_model": "graduated", "is_prorated": True},
            {"charge": ["invalid_charge_model"]},
        ),
    ],
)
def test_an_adjustment_is_refused(adjustment, terms, errors):
    with pytest.raises(Invalid) as refused:
        check_adjustment(adjustment, **terms)

    assert refused.value.errors == errors


@pytest.mark.parametrize(
    ("adjustment", "terms"),
    [
        (Adjustment(units=D(1), unit_amount=D(2)), {"charge_model": "percentage"}),
        (Adjustment(unit_amount=D(2)), {"charge_model": "graduated", "is_prorated": True}),
        (Adjustment(units=D(1)), {"charge_model": "graduated"}),
        (Adjustment(), {"charge_model": "dynamic"}),
    ],
)
def test_with_a_price_or_in_another_model_it_is_accepted(adjustment, terms):
    assert check_adjustment(adjustment, **terms) is None


def test_a_line_that_no_column_could_hold_is_refused():
    huge = partial(adjust, Adjustment(units=D(10) ** 12, unit_amount=D(100)), COMPUTED)

    with pytest.raises(Invalid) as refused:
        huge()

    assert refused.value.errors == {"units": ["value_is_out_of_range"]}
