"""The notes of the organization on a customer, as rows of a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms import ConsoleForm
from customers.models import Customer
from customers.operations.metadata import MOST

METADATA = "metadata"
SALT = "customers.forms.metadata"


class MetadataForm(ConsoleForm):
    """One note."""

    id = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(label=gettext_lazy("Key"), max_length=20)
    value = forms.CharField(label=gettext_lazy("Value"), max_length=100)
    display_in_invoice = forms.BooleanField(label=gettext_lazy("On invoices"), required=False)


class MetadataForms(BaseFormSet):
    """At most five notes, each key once; it notices what somebody else has changed meanwhile."""

    def clean(self) -> None:
        if any(self.errors):
            return
        keys = [row["key"] for row in self.rows()]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("Two notes have the same key."))
        try:
            seen = signing.loads(self.data.get(f"{METADATA}-seen", ""), salt=SALT)
        except signing.BadSignature:
            return
        if seen != self._present():
            raise forms.ValidationError(
                _("Somebody else has changed the metadata to: %(notes)s. Send again to overwrite.")
                % {"notes": ", ".join(f"{key} = {value}" for key, value in self._present())}
            )

    def rows(self) -> list[dict[str, Any]]:
        """Return the notes that remain, as the operation takes them."""
        return [
            {
                "id": form.cleaned_data["id"] or None,
                "key": form.cleaned_data["key"],
                "value": form.cleaned_data["value"],
                "display_in_invoice": form.cleaned_data["display_in_invoice"],
            }
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    @property
    def seen(self) -> str:
        """What stands in the database now, for the hidden stamp."""
        return signing.dumps(self._present(), salt=SALT)

    def _present(self) -> list[list[str]]:
        return [[row["key"], row["value"]] for row in self.initial or []]


_forms = formset_factory(
    MetadataForm,
    formset=MetadataForms,
    extra=0,
    can_delete=True,
    max_num=MOST,
    validate_max=True,
)


def metadata_forms(data: Mapping[str, Any] | None, customer: Customer | None = None) -> Any:
    """Return the rows of a customer's notes (1 query)."""
    rows = [] if customer is None else customer.metadata.order_by("created_at", "pk")
    initial = [
        {
            "id": str(row.pk),
            "key": row.key,
            "value": row.value,
            "display_in_invoice": row.display_in_invoice,
        }
        for row in rows
    ]
    return _forms(data, prefix=METADATA, initial=initial)


def metadata_of(rows: Any) -> list[dict[str, Any]]:
    """Return the notes of valid rows."""
    found: list[dict[str, Any]] = rows.rows()
    return found
