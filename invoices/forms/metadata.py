"""The metadata of an invoice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from console.forms import ConsoleForm
from console.rows import EditRows
from invoices.operations.metadata import LONGEST_KEY, LONGEST_VALUE, MOST


class EntryForm(ConsoleForm):
    """A key and its value."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(label=_("Key"), max_length=LONGEST_KEY)
    value = forms.CharField(label=_("Value"), max_length=LONGEST_VALUE, required=False)


class BaseEntries(EditRows):
    """All entries: at most five, each key once."""

    identity = ("key",)

    def check(self, rows: list[dict[str, Any]]) -> None:
        keys = [one["key"] for one in rows]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("Write each key once."))

    def entries(self) -> list[dict[str, Any]]:
        """Return what is to be stored."""
        return [
            {"id": one["id"], "key": one["key"], "value": one["value"] or ""} for one in self.kept()
        ]


Entries = formset_factory(
    EntryForm,
    BaseEntries,
    extra=0,
    can_delete=True,
    max_num=MOST,
    validate_max=True,
    absolute_max=2 * MOST,
)
