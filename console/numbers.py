"""What fields take: numbers arrive as they were typed, and years lie within the calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.years import FIRST_YEAR, LAST_YEAR
from console.formats import zone_of


def take_as_typed(field: forms.IntegerField) -> None:
    """Let what was typed arrive as it was typed.

    A browser sends nothing at all for what it does not take for a number, and drops the comma of "1,5".
    """
    widget, is_whole = field.widget, not isinstance(field, forms.DecimalField)
    widget.input_type = "text"  # type: ignore[attr-defined]
    for name in ("min", "max", "step"):
        widget.attrs.pop(name, None)
    widget.attrs["inputmode"] = "numeric" if is_whole else "decimal"
    field.error_messages["invalid"] = (
        _("Write a whole number, such as 30.")
        if is_whole
        else _("Write a number, such as 1234.56.")
    )


def in_calendar(moment: datetime, zone: Any) -> datetime:
    """Return a typed moment in its zone; refuse a year beyond every calendar, as of "for ever"."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        words = _("Write a year from %(first)d to %(last)d.")
        raise forms.ValidationError(words, params={"first": FIRST_YEAR, "last": LAST_YEAR})
    return moment.replace(tzinfo=zone_of(zone))
