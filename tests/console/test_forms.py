"""Forms show what was refused, where it was refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.forms import formset_factory
from django.http import QueryDict
from django.template.loader import render_to_string

from billing.errors import Forbidden, Invalid, NotAllowed
from console.forms import (
    Amount,
    Combobox,
    ConsoleForm,
    EditForm,
    Moment,
    attach,
    cents,
    grown,
    submit,
    wants_row,
)


class CouponForm(ConsoleForm):
    name = forms.CharField(label="Name", help_text="Shown on invoices.")
    code = forms.CharField(label="Code", required=False)
    amount = Amount(label="Amount", required=False)
    zone = forms.ChoiceField(
        label="Zone", required=False, widget=Combobox, choices=[("", "Inherit")]
    )

    sections = [("Coupon", "What is given.", "name+ code", 2)]


def filled(**data: str) -> CouponForm:
    return CouponForm({"name": "Spring", **data})


def raising(error: Exception) -> Any:
    def call(data: dict[str, Any]) -> None:
        raise error

    return call


def test_a_valid_form_makes_its_call_and_gives_the_result() -> None:
    form = filled(code="s")

    assert submit(form, lambda data: data["name"] + data["code"]) == "Springs"
    assert form.is_valid()


def test_a_form_that_is_not_valid_calls_nothing() -> None:
    assert submit(CouponForm({}), raising(AssertionError())) is None


def test_a_refusal_stands_beside_its_field_in_its_own_words() -> None:
    form = filled(code="s")

    submit(form, raising(Invalid({"code": ["value_already_exist"]}, "Coupon s exists.")))

    assert form.errors == {"code": ["Coupon s exists."]}


def test_codes_without_a_message_are_put_into_words() -> None:
    form = filled()

    attach(form, Invalid({"code": ["value_already_exist"], "name": ["value_is_odd"]}))

    assert form.errors == {
        "code": ["Another one already has this value. Choose a different one."],
        "name": ["Value is odd."],
    }


def test_a_refusal_of_no_field_stands_in_the_summary() -> None:
    form = filled()

    attach(form, Invalid({"base": ["value_is_invalid"]}))
    attach(form, Invalid({"terms": ["value_is_too_long", "value_is_reserved"]}))
    attach(form, NotAllowed("plan_overlapping", "Another coupon covers these plans."))

    assert form.non_field_errors() == [
        "This value is not valid.",
        "terms: This is too long.",
        "terms: This value is reserved. Choose a different one.",
        "Another coupon covers these plans.",
    ]


def test_who_may_not_is_not_told_in_the_form() -> None:
    with pytest.raises(Forbidden):
        submit(filled(), raising(Forbidden("no", "No.")))


def test_cents_have_as_many_decimals_as_the_currency() -> None:
    assert cents(Decimal("12.34"), "EUR") == 1234
    assert cents(Decimal("12"), "JPY") == 12
    with pytest.raises(forms.ValidationError, match=r"JPY has 0 decimals\."):
        cents(Decimal("12.5"), "JPY")


@pytest.mark.parametrize("typed", ["-1", "NaN", "Infinity", "1e400", "12,5", "٣x"])
def test_an_amount_refuses_what_is_none(typed: str) -> None:
    assert "amount" in filled(amount=typed).errors


def test_a_locked_field_keeps_its_value_and_says_why() -> None:
    form = CouponForm(
        {"name": "Spring", "code": "forged"},
        initial={"code": "kept"},
        locked={"code": "Locked: 2 subscriptions."},
    )

    page = render_to_string("components/form.html", {"form": form, "submit_label": "Save"})

    assert form.is_valid()
    assert form.cleaned_data["code"] == "kept"
    assert "Locked: 2 subscriptions." in page
    assert 'value="kept"' in page
    assert "forged" not in page


def test_what_was_typed_comes_back_with_its_error_tied_to_it() -> None:
    form = CouponForm({"name": "", "code": '"><b>typed'})

    page = render_to_string("components/form.html", {"form": form, "submit_label": "Save"})

    assert "&quot;&gt;&lt;b&gt;typed" in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name_error"' in page
    assert '<a href="#id_name">Name</a>: This field is required.' in page


class LineForm(ConsoleForm):
    key = forms.CharField(label="Key")


def test_rows_grow_without_scripts() -> None:
    data = QueryDict("m-TOTAL_FORMS=1&m-INITIAL_FORMS=0&m-0-key=typed&add-row=m")
    lines = formset_factory(LineForm, can_delete=True)

    more = lines(grown(data), prefix="m")

    assert wants_row(data)
    assert not wants_row(QueryDict("m-TOTAL_FORMS=1"))
    assert [form["key"].value() for form in more] == ["typed", None]
    page = render_to_string("components/rows.html", {"formset": more, "add_label": "Add"})
    assert 'name="m-1-key"' in page
    assert 'name="m-__prefix__-key"' in page
    assert 'name="m-0-DELETE"' in page


class RecordForm(EditForm):
    name = forms.CharField(label="Name")
    note = forms.CharField(label="Note", required=False)


def opened(**record: Any) -> dict[str, str]:
    """Return what a browser holds after it has opened the form of a record."""
    form = RecordForm(initial=record)
    return {name: form[name].value() or "" for name in form.fields}


def test_a_record_that_nobody_else_touched_is_saved() -> None:
    form = RecordForm(
        {**opened(name="Acme", note=None), "name": "Acme 2"}, initial={"name": "Acme"}
    )

    assert form.is_valid()
    assert form.cleaned_data == {"name": "Acme 2", "note": ""}


def test_the_second_of_two_sees_what_the_first_has_changed() -> None:
    held = {**opened(name="Acme", note="a"), "name": "Mine"}
    present = {"name": "Theirs", "note": "a"}

    form = RecordForm(held, initial=present)

    assert form.errors == {
        "name": ["Somebody else has changed this to Theirs. Send again to overwrite it."]
    }
    assert form["name"].value() == "Mine"
    again = RecordForm({**held, "seen": form["seen"].value()}, initial=present)
    assert again.is_valid()
    assert again.cleaned_data["name"] == "Mine"


class Chosen(EditForm):
    name = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "Apple"), ("p", "Pear"), ("q", "Quince")])
    is_on = forms.BooleanField(required=False)
    tags = forms.MultipleChoiceField(choices=[("x", "X"), ("y", "Y")], required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        return cleaned | {"loud": cleaned.get("name", "").upper()}


def test_one_chooses_field_by_field_between_both_values() -> None:
    before = {"name": "Acme", "kind": "a", "is_on": False, "tags": ["x"]}
    present = {"name": "Theirs", "kind": "p", "is_on": True, "tags": ["x", "y"]}
    stamp = Chosen(initial=before)["seen"].value()
    typed = {"name": "Mine", "kind": "q", "tags": ["x"], "seen": stamp}

    refused = Chosen(QueryDict(urlencode(typed, doseq=True)), initial=present)

    assert not refused.is_valid()
    shown = {name: (one.mine, one.theirs) for name, one in refused.conflicts.items()}
    assert shown["kind"] == ("Quince", "Pear")
    assert (shown["is_on"], shown["tags"]) == (("No", "Yes"), ("X", "X, Y"))
    assert {name: one.is_untouched for name, one in refused.conflicts.items()} == {
        "name": False,
        "kind": False,
        "is_on": True,
        "tags": True,
    }
    page = render_to_string("components/form.html", {"form": refused})
    assert 'name="name-choice" value="mine" checked' in page
    assert 'name="tags-choice" value="theirs" checked' in page
    choices = {"name-choice": "theirs", "kind-choice": "mine"}
    choices |= {"is_on-choice": "theirs", "tags-choice": "theirs", "seen": refused["seen"].value()}
    again = Chosen(QueryDict(urlencode(typed | choices, doseq=True)), initial=present)
    assert again.is_valid(), again.errors
    assert again.cleaned_data == {
        "name": "Theirs",
        "kind": "q",
        "is_on": True,
        "tags": ["x", "y"],
        "loud": "THEIRS",
    }


def test_a_choice_is_not_lost_when_another_field_is_refused() -> None:
    present = {"name": None, "kind": "p", "is_on": False, "tags": ["x", "y"]}
    stamp = Chosen(initial=present)["seen"].value()
    typed = {"name": "Mine", "kind": "none", "is_on": "on", "tags": ["x"], "seen": stamp}
    choices = dict.fromkeys(["name-choice", "is_on-choice", "tags-choice"], "theirs")

    refused = Chosen(QueryDict(urlencode(typed | choices, doseq=True)), initial=present)

    assert list(refused.errors) == ["kind"]
    shown = {name: refused[name].value() for name in ("name", "kind", "is_on", "tags")}
    assert shown == {"name": None, "kind": "none", "is_on": False, "tags": ["x", "y"]}


def test_a_form_of_something_new_has_nobody_else_s_values() -> None:
    stamp = RecordForm(initial={"name": "Acme"})["seen"].value()

    assert RecordForm({"name": "New", "seen": stamp}).is_valid()


def test_a_field_that_one_did_not_mean_to_change_is_not_overwritten_unnoticed() -> None:
    form = RecordForm(
        {**opened(name="Acme", note="a"), "note": "b"}, initial={"name": "Theirs", "note": "a"}
    )

    assert list(form.errors) == ["name"]


def test_two_who_write_the_same_do_not_disturb_each_other() -> None:
    held = {**opened(name="Acme", note=""), "name": "New"}

    assert RecordForm(held, initial={"name": "New", "note": ""}).is_valid()


def test_a_forged_stamp_is_ignored() -> None:
    assert RecordForm({"name": "x", "seen": "forged"}, initial={"name": "y"}).is_valid()


def test_a_moment_is_read_and_written_in_its_zone() -> None:
    field = Moment(required=False)
    field.zone = "America/New_York"
    noon = datetime(2026, 7, 1, 16, 0, tzinfo=UTC)

    assert field.clean("2026-07-01T12:00") == noon
    assert field.prepare_value(noon) == datetime(2026, 7, 1, 12, 0)
    assert field.clean("") is None


def test_a_field_says_while_what_it_is_shown() -> None:
    class Conditional(ConsoleForm):
        trigger = forms.CharField()
        interval = forms.CharField()
        when = {"interval": "trigger=interval|both"}

    html = render_to_string("components/form.html", {"form": Conditional(prefix="a")})

    assert html.count("data-when") == 1
    assert 'id="field-a-interval" data-when="a-trigger=interval|both"' in html
