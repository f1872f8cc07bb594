"""Fields for numbers: what is typed arrives as it was typed, whether it is a number or not."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


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
