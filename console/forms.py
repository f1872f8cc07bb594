"""Forms of the console: they parse what people type and show what was refused; they never save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from billing.errors import DomainError, Forbidden, Invalid, NotFound
from billing.money import Money, exponent
from console.formats import zone_of
from console.numbers import in_calendar, take_as_typed
from console.widgets import Combobox as Combobox
from console.widgets import DayInput as DayInput
from console.widgets import MomentInput as MomentInput
from console.widgets import Tiles as Tiles
from console.wording import spoken, words

T = TypeVar("T")
PLAIN = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput)


class Moment(forms.DateTimeField):
    """A moment that people read and write in `zone` (set by the form; a name or a ZoneInfo)."""

    widget = MomentInput
    zone: Any = "UTC"

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(zone_of(self.zone)).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> Any:
        read = super().to_python(value)
        return in_calendar(read, self.zone) if isinstance(read, datetime) else read


class Amount(forms.DecimalField):
    """An amount in units of a currency; `cents` turns it into minor units."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", Decimal(0))
        options.setdefault("max_digits", 20)
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal"}


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
    reason why it cannot change; such a field is shown, disabled, with its reason. `spoken_of` maps what the domain
    calls a thing to the field that asks for it: ``{"amount_cents": "amount"}``. `when` hides a field while
    another one has none of some values: ``{"interval": "trigger=interval"}``, ``a=x|y b=z`` for two others.
    """

    sections: list[tuple[Any, ...]] = []
    when: dict[str, str] = {}
    spoken_of: dict[str, str] = {}
    use_required_attribute = False

    def __init__(self, *args: Any, locked: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.locked = locked or {}
        for name, field in self.fields.items():
            dress(field)
            if name in self.locked:
                field.disabled = True


def dress(field: forms.Field) -> None:
    """Give a field the console's look; a form does so with those that it begins with."""
    if isinstance(field.widget, PLAIN) or field.widget.is_hidden:
        return
    if isinstance(field, forms.IntegerField):
        take_as_typed(field)
    present = field.widget.attrs.get("class", "")
    field.widget.attrs["class"] = f"control {present}".strip()
    # Whoever types is not who is meant: the browser has nothing of its own to offer.
    field.widget.attrs.setdefault("autocomplete", "off")


def attach(form: forms.Form, error: DomainError) -> None:
    """Put a refusal on the fields it speaks of; what belongs to no field goes to the summary."""
    if not isinstance(error, Invalid):
        form.add_error(None, spoken(error.message))
        return
    is_alone = sum(len(codes) for codes in error.errors.values()) == 1
    own = error.message if error.message and is_alone else ""
    for name, codes in error.errors.items():
        field = getattr(form, "spoken_of", {}).get(name, name)
        field = field if field in form.fields else None
        for code in codes:
            sentence = spoken(own) if own and own != _said(code) else words(code)
            is_placed = field or own or name == "base"
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


SEEN = "console.forms.seen"
CHOICE, THEIRS = "-choice", "theirs"
"""What a choice between two values is called, after its field."""
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


@dataclass(frozen=True)
class Conflict:
    """A field that two have changed: what the other one has stored, and what was typed here."""

    name: str
    theirs: str
    mine: str
    is_untouched: bool
    """Whether it was not changed here, so that the other one's value is the likely choice."""


class EditForm(ConsoleForm):
    """A form that notices when somebody else has changed the record since it was opened.

    Give the record's values as `initial`, on GET and on POST; a form of something new has none. A hidden stamp carries
    what was shown; a field that has changed meanwhile and would be overwritten is refused once, with both values and a
    choice between them (`conflicts`). Sending again without choosing overwrites it.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conflicts: dict[str, Conflict] = {}
        self._is_stored = bool(self.initial)
        self.initial["seen"] = signing.dumps(self._present(), salt=SEEN)

    def _names(self) -> list[str]:
        return [
            name for name, field in self.fields.items() if name != "seen" and not field.disabled
        ]

    def _present(self) -> dict[str, str]:
        """The record's values as text, as a browser would send them."""
        return {
            name: self._text(self.get_initial_for_field(self.fields[name], name))
            for name in self._names()
        }

    def _text(self, value: Any) -> str:
        if isinstance(value, list | tuple | set):
            return "\n".join(sorted(str(one) for one in value))
        return "" if value is None or value is False else str(value)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        stamp = cleaned.pop("seen", "") or ""
        self._take_theirs(cleaned)
        try:
            seen = signing.loads(stamp, salt=SEEN)
        except signing.BadSignature:
            return cleaned
        if self._is_stored:
            self._compare(cleaned, seen)
        if self.errors:
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.initial["seen"]
            self._show_theirs()
        return cleaned

    def _compare(self, cleaned: dict[str, Any], seen: dict[str, str]) -> None:
        """Refuse the fields that somebody else has changed, unless both come to the same."""
        present = self._present()
        for name in self._names():
            typed, before = self._text(cleaned.get(name, "")), seen.get(name, "")
            if before == present[name] or typed == present[name]:
                continue
            theirs, mine = self._written(name, present[name]), self._written(name, typed)
            self.conflicts[name] = Conflict(name, theirs, mine, is_untouched=typed == before)
            self.add_error(name, _("Somebody else has changed this to %(value)s. Send again to overwrite it.") % {"value": theirs})  # fmt: skip

    def _take_theirs(self, cleaned: dict[str, Any]) -> None:
        """Give fields for which the other one's value was chosen that value."""
        for name in self._names():
            field, choice = self.fields[name], self.add_prefix(name) + CHOICE
            if self.data.get(choice) != THEIRS:
                continue
            value = field.prepare_value(self.get_initial_for_field(field, name))
            with suppress(forms.ValidationError):
                cleaned[name] = field.clean("" if value is None else value)
                self._errors.pop(name, None)  # type: ignore[union-attr]

    def _show_theirs(self) -> None:
        """Put the values that were chosen into the fields, so that they are sent when the form is corrected."""
        for name in self._names():
            field, key = self.fields[name], self.add_prefix(name)
            if self.data.get(key + CHOICE) == THEIRS and name not in self.errors:
                value = field.prepare_value(self.get_initial_for_field(field, name))
                several = value if isinstance(value, list | tuple | set) else [value]
                self.data.pop(key, None)
                if values := [one for one in several if one not in (None, False)]:
                    self.data.setlist(key, values)

    def _written(self, name: str, value: str) -> str:
        """Write a value for people: a choice by its label."""
        if isinstance(self.fields[name], forms.BooleanField):
            return str(_("Yes") if value else _("No"))
        labels = labels_of(self.fields[name])
        return ", ".join(str(labels.get(one, one)) for one in value.split("\n")) or str(
            _("nothing")
        )


def labels_of(field: forms.Field) -> dict[str, Any]:
    """Return what the choices of a field are called, by their values; empty when it has none."""
    return dict(_flat(getattr(field, "choices", ())))


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
