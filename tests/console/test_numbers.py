"""Numbers arrive at a form as they were typed."""

from __future__ import annotations

from django import forms

from console.forms import Amount, ConsoleForm


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
