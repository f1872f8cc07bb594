"""Rows of a form that two operators change at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory
from django.template.loader import render_to_string

from console.forms import Amount, ConsoleForm
from console.rows import EditRows

Line = dict[str, Any]


class StepForm(ConsoleForm):
    id = forms.CharField(required=False, widget=forms.HiddenInput)
    at = Amount(label="At")
    name = forms.CharField(label="Name", required=False)
    again = forms.BooleanField(label="Again", required=False)


class BaseSteps(EditRows):
    identity = ("at",)


Steps = formset_factory(StepForm, BaseSteps, extra=0, can_delete=True)


def step(at: str, name: str = "", id: str = "", again: bool = False) -> Line:
    return {"id": id, "at": at, "name": name, "again": again}


def sent(opened: list[Line], typed: list[Line], **more: str) -> dict[str, Any]:
    """Return what a browser sends that has opened the one and typed the other."""
    data = {"s-TOTAL_FORMS": len(typed), "s-INITIAL_FORMS": min(len(opened), len(typed))}
    data["s-seen"] = Steps(initial=opened, prefix="s").seen
    for number, row in enumerate(typed):
        data |= {f"s-{number}-{name}": value for name, value in row.items() if value}
    return data | more


def read(data: dict[str, Any], stored: list[Line]) -> Any:
    return Steps(data, initial=stored, prefix="s")


def kept(rows: Any) -> list[tuple[str, str]]:
    return [(f"{row['at']:f}", row["name"]) for row in rows.kept()]


def test_rows_that_nobody_else_touched_are_taken_as_typed():
    opened = [step("10.00", "low"), step("20", "high")]

    rows = read(sent(opened, [step("10", "mine"), step("30")]), opened)

    assert rows.is_valid(), rows.non_form_errors()
    assert kept(rows) == [("10", "mine"), ("30", "")]


def test_only_rows_that_would_be_overwritten_are_asked_about():
    opened = [step("10", "low"), step("20", "high"), step("30")]
    stored = [step("10", "theirs"), step("20", "high", again=True), step("40")]
    typed = [step("10", "mine"), step("20", "high"), step("30"), step("50")]

    rows = read(sent(opened, typed), stored)

    assert not rows.is_valid()
    assert rows.non_form_errors() == [
        "Somebody else has changed rows meanwhile. Choose what holds, or send again to overwrite."
    ]
    assert [(one.mine, one.theirs, one.is_untouched) for one in rows.conflicts] == [
        ("10 · mine", "10 · theirs", False),
        ("20 · high", "20 · high · Again", True),
        ("30", "nothing", True),
        ("nothing", "40", True),
    ]
    page = render_to_string("components/rows.html", {"formset": rows, "legend": "Steps"})
    assert 'name="s-10-choice" value="mine" checked' in page
    assert 'name="s-40-choice" value="theirs" checked' in page
    assert f'name="s-seen" value="{rows.seen}"' in page


def test_each_row_holds_as_it_was_chosen():
    opened = [step("10", "low"), step("20", "high")]
    stored = [step("10", "theirs"), step("40", "new")]
    typed = [step("10", "mine"), step("20", "high", again=True)]
    refused = read(sent(opened, typed), stored)
    refused.is_valid()
    chosen = {"s-10-choice": "mine", "s-20-choice": "theirs", "s-40-choice": "theirs"}

    again = read(sent(opened, typed, **chosen) | {"s-seen": refused.seen}, stored)

    assert again.is_valid(), again.non_form_errors()
    assert kept(again) == [("10", "mine"), ("40", "new")]


def test_sending_again_without_choosing_overwrites():
    opened, stored, typed = [step("10", "a")], [step("10", "b")], [step("10", "c")]
    refused = read(sent(opened, typed), stored)
    refused.is_valid()

    again = read(sent(opened, typed) | {"s-seen": refused.seen}, stored)

    assert again.is_valid()
    assert kept(again) == [("10", "c")]


def test_two_who_add_the_same_row_do_not_disturb_each_other():
    added = [step("10", "low"), step("20")]

    rows = read(sent(added[:1], added), added)

    assert rows.is_valid(), rows.non_form_errors()
    assert kept(rows) == [("10", "low"), ("20", "")]


def test_a_choice_stays_while_something_else_is_refused():
    opened, stored = [step("10", "a")], [step("10", "b")]
    refused = read(sent(opened, [step("10", "c")]), stored)
    refused.is_valid()
    data = sent(opened, [step("10", "c")], **{"s-10-choice": "theirs"}) | {"s-seen": refused.seen}

    again = read(data, stored)

    assert again.is_valid()
    assert [(one.theirs, one.is_untouched) for one in again.conflicts] == [("10 · b", True)]


def test_a_page_that_only_grows_keeps_what_was_opened():
    opened = [step("10", "a")]
    data = sent(opened, opened)

    assert read(data, [step("10", "b")]).seen == data["s-seen"]


def test_a_row_that_is_gone_or_taken_twice_gets_no_id():
    stored = [step("30", id="x")]
    typed = [step("10", id="x"), step("20", id="y"), step("30", id="x")]

    rows = read(sent(stored, typed), stored)

    assert rows.is_valid(), rows.non_form_errors()
    assert [row["id"] for row in rows.kept()] == ["x", None, None]


def test_without_a_stamp_or_with_a_forged_one_nothing_is_compared():
    typed = sent([], [step("10", "mine")]) | {"s-seen": "forged"}

    assert read(typed, [step("10", "theirs")]).is_valid()
