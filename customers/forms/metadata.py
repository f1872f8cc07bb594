"""The notes of the organization on a customer, as rows of a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms import ConsoleForm
from console.rows import EditRows
from customers.models import Customer
from customers.operations.metadata import MOST

METADATA = "metadata"


class MetadataForm(ConsoleForm):
    """One note."""

    id = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(label=gettext_lazy("Key"), max_length=20)
    value = forms.CharField(label=gettext_lazy("Value"), max_length=100)
    display_in_invoice = forms.BooleanField(label=gettext_lazy("On invoices"), required=False)


class MetadataForms(EditRows):
    """At most five notes, each key once; it notices what somebody else has changed meanwhile."""

    identity = ("key",)

    def check(self, rows: list[dict[str, Any]]) -> None:
        keys = [row["key"] for row in rows]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("Two notes have the same key."))

    def rows(self) -> list[dict[str, Any]]:
        """Return the notes that remain, as the operation takes them."""
        return [
            {
                "id": row["id"] or None,
                "key": row["key"],
                "value": row["value"],
                "display_in_invoice": row["display_in_invoice"],
            }
            for row in self.kept()
        ]


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
