"""Numbers and moments of a form: what is typed, and what is refused."""

from __future__ import annotations

import pytest
from django import forms

from console.forms import Amount, ConsoleForm, Moment


def test_what_is_no_number_arrives_as_it_was_typed() -> None:
    """A field of the browser's for numbers would send nothing for "12e", and drop the comma of "1,5"."""

    class Prices(ConsoleForm):
        price = Amount(required=False)
        days = forms.IntegerField(required=False, min_value=0, max_value=9)

    form = Prices({"price": "1,5", "days": "12e"})

    html = str(form["price"]) + str(form["days"])
    assert "number" not in html
    assert "min=" not in html
    assert "step=" not in html
    assert 'inputmode="decimal"' in html
    assert 'inputmode="numeric"' in html
    assert 'value="1,5"' in html
    assert 'value="12e"' in html
    assert form.errors == {
        "price": ["Write a number, such as 1234.56."],
        "days": ["Write a whole number, such as 30."],
    }


@pytest.mark.parametrize("typed", ["9999-12-31T23:59", "0213-02-01T00:00"])
def test_a_year_beyond_every_calendar_is_refused_in_words(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="Write a year from 1900 to 2999"):
        Moment().clean(typed)
