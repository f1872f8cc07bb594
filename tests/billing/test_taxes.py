"""Taxes: which a fee carries, and how they are rounded."""

from decimal import Decimal

import pytest

from billing.bill import bill
from billing.taxes import first_level, taxes_of
from tests.billing.bills import line, request, tax

LINE, PLAN, CUSTOMER, ENTITY = (
    tax(rate, code) for rate, code in ((1, "line"), (2, "plan"), (3, "customer"), (4, "entity"))
)


@pytest.mark.parametrize(
    ("fee_type", "levels", "code"),
    [
        ("add_on", {"line": [LINE], "add_on": [PLAN]}, "line"),
        ("add_on", {"line": [], "customer": [CUSTOMER], "entity": [ENTITY]}, "customer"),
        ("charge", {"charge": [LINE], "plan": [PLAN]}, "line"),
        ("charge", {"charge": [], "plan": [PLAN], "entity": [ENTITY]}, "plan"),
        ("fixed_charge", {"plan": [PLAN], "fixed_charge": [LINE]}, "line"),
        ("commitment", {"commitment": [LINE], "plan": [PLAN]}, "line"),
        ("subscription", {"charge": [LINE], "plan": [PLAN]}, "plan"),
        ("subscription", {"entity": [ENTITY]}, "entity"),
    ],
)
def test_the_nearest_level_that_has_taxes_wins(fee_type, levels, code):
    assert [each.code for each in taxes_of(fee_type, levels)] == [code]


def test_prepaid_credits_and_a_fee_without_any_level_are_not_taxed():
    assert taxes_of("credit", {"entity": [ENTITY]}) == ()
    assert taxes_of("charge", {}) == first_level() == ()


def test_levels_never_combine_but_the_taxes_of_one_level_do():
    assert first_level([], [PLAN, CUSTOMER], [ENTITY]) == (PLAN, CUSTOMER)


def test_taxes_of_one_fee_add_up_without_compounding_and_round_once():
    result = bill(request(line(1005, tax("10.05"), tax("5.05"))))

    taxes = result.lines[0].taxes
    assert [each.amount_cents for each in taxes.applied] == [101, 51]
    assert taxes.unrounded_cents == Decimal("151.7550")
    assert taxes.amount_cents == result.taxes_amount_cents == 152
    assert taxes.rate == result.taxes_rate == Decimal("15.10")


def test_the_taxes_of_an_invoice_are_not_the_sum_of_those_of_its_fees():
    result = bill(request(*[line(1, tax(40), key=number) for number in range(8)]))

    assert [each.taxes.amount_cents for each in result.lines] == [0] * 8
    assert result.taxes_amount_cents == 3
    assert result.applied_taxes[0].base_cents == 8


def test_half_a_minor_unit_of_tax_rounds_up():
    assert bill(request(line(5, tax(10)))).taxes_amount_cents == 1


def test_an_invoice_of_nothing_weighs_its_rates_by_the_number_of_fees():
    result = bill(request(line(0, tax(10), key=1), line(0, tax(20), key=2)))

    assert result.taxes_rate == 15


def test_a_very_long_rate_and_amount_lose_nothing():
    result = bill(request(line(10**17 + 5, tax("19.1234567891"))))

    assert result.lines[0].taxes.unrounded_cents == Decimal("19123456789100000.956172839455")
