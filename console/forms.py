"""Forms of the console: they parse what people type and show what was refused; they never save."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from billing.errors import DomainError, Forbidden, Invalid, NotFound
from billing.money import Money, exponent
from console.wording import words

T = TypeVar("T")
PLAIN = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput)


class Combobox(forms.Select):
    """A select that one can search in: a plain select without JavaScript."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-combobox": "", **(attrs or {})}, choices)


class Tiles(forms.RadioSelect):
    """Two or three alternatives side by side."""


class DayInput(forms.DateInput):
    """A civil day, with the browser's calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time of day, with the browser's calendar."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Amount(forms.DecimalField):
    """An amount in units of a currency; `cents` turns it into minor units."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", Decimal(0))
        options.setdefault("max_digits", 20)
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "step": "any"}


def cents(amount: Decimal, currency: str) -> int:
    """Return minor units; raise ValidationError if `currency` has fewer decimals than written."""
    if amount != round(amount, exponent(currency)):
        raise forms.ValidationError(
            _("%(currency)s has %(places)d decimals."),
            params={"currency": currency, "places": exponent(currency)},
        )
    return Money.of(amount, currency).cents


class ConsoleForm(forms.Form):
    """A form that looks like the console.

    `sections` lays it out: (title, text, names of fields, columns) each. `locked` maps a field to the
    reason why it cannot change; such a field is shown, disabled, with its reason.
    """

    sections: list[tuple[Any, ...]] = []
    use_required_attribute = False

    def __init__(self, *args: Any, locked: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.locked = locked or {}
        for name, field in self.fields.items():
            if not isinstance(field.widget, PLAIN) and not field.widget.is_hidden:
                present = field.widget.attrs.get("class", "")
                field.widget.attrs["class"] = f"control {present}".strip()
            if name in self.locked:
                field.disabled = True


def attach(form: forms.Form, error: DomainError) -> None:
    """Put a refusal on the fields it speaks of; what belongs to no field goes to the summary."""
    if not isinstance(error, Invalid):
        form.add_error(None, error.message)
        return
    is_alone = sum(len(codes) for codes in error.errors.values()) == 1
    spoken = error.message if error.message and is_alone else ""
    for name, codes in error.errors.items():
        field = name if name in form.fields else None
        for code in codes:
            sentence = spoken if spoken and spoken != _said(code) else words(code)
            is_placed = field or spoken or name == "base"
            form.add_error(field, sentence if is_placed else f"{name}: {sentence}")


def _said(code: str) -> str:
    """Return what a DomainError without a message of its own says."""
    return code.replace("_", " ").capitalize() + "."


def submit(form: forms.Form, call: Callable[[dict[str, Any]], T]) -> T | None:
    """Run `call(cleaned_data)` for a valid form; put a refusal on its fields and return None.

    Afterwards `form.is_valid()` says whether it happened. Forbidden and NotFound pass through.
    """
    if not form.is_valid():
        return None
    try:
        return call(form.cleaned_data)
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        attach(form, error)
        return None


ADD_ROW = "add-row"


def wants_row(data: QueryDict) -> bool:
    """Say whether the button that adds a row was pressed (only without JavaScript)."""
    return ADD_ROW in data


def grown(data: QueryDict) -> QueryDict:
    """Return the submitted data with one more row in the formset whose button was pressed."""
    more = data.copy()
    key = f"{data[ADD_ROW]}-TOTAL_FORMS"
    count = data.get(key, "0")
    more[key] = str(int(count) + 1) if count.isdecimal() else "1"
    return more
