"""Lines of one-off invoices."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from billing.errors import Invalid
from billing.one_off import check_boundaries, one_off_amount

MONDAY, TUESDAY = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("units", "price", "amount", "precise"),
    [
        (None, None, 6833, "6833"),
        ("2", None, 13666, "13666"),
        ("2.5", 333, 833, "832.5"),
        ("0", 333, 0, "0"),
    ],
)
def test_a_line_is_units_times_price_rounded_once(units, price, amount, precise):
    result = one_off_amount(
        add_on_amount_cents=6833,
        units=None if units is None else Decimal(units),
        unit_amount_cents=price,
    )

    assert result.amount_cents == amount
    assert result.precise_amount_cents == Decimal(precise)


@pytest.mark.parametrize(
    ("terms", "field"),
    [({"units": Decimal(-1)}, "units"), ({"unit_amount_cents": -1}, "unit_amount_cents")],
)
def test_a_negative_line_is_refused(terms, field):
    with pytest.raises(Invalid) as refused:
        one_off_amount(add_on_amount_cents=100, **terms)

    assert refused.value.errors == {field: ["value_is_out_of_range"]}


@pytest.mark.parametrize("span", [(MONDAY, None), (None, MONDAY), (TUESDAY, MONDAY)])
def test_a_span_with_one_end_or_turned_round_is_refused(span):
    with pytest.raises(Invalid) as refused:
        check_boundaries(*span)

    assert refused.value.errors == {"boundaries": ["values_are_invalid"]}


@pytest.mark.parametrize("span", [(None, None), (MONDAY, MONDAY), (MONDAY, TUESDAY)])
def test_a_span_with_both_ends_or_none_is_taken(span):
    assert check_boundaries(*span) is None
