"""An add-on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.common import (
    currency_field,
    read_cents,
    tax_choices,
    taxes_field,
    written_amount,
)
from catalog.models import AddOn
from console.forms import Amount, EditForm
from organizations.models import Organization

NAMES = ("name", "invoice_display_name", "code", "description", "amount_currency")


class AddOnForm(EditForm):
    """Something that is sold once, or as a fixed charge of a plan."""

    name = forms.CharField(label=_("Name"), max_length=255)
    code = forms.CharField(
        label=_("Code"), max_length=255, help_text=_("By which your backend names it.")
    )
    invoice_display_name = forms.CharField(
        label=_("Name on invoices"), max_length=255, required=False, help_text=_("Empty: the name.")
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea({"rows": 2})
    )
    amount = Amount(label=_("Price"))
    amount_currency = currency_field()
    tax_codes = taxes_field(_("None chosen: those of the customer, else of the organization."))

    sections = [
        (_("Add-on"), _("What people see."), "name code invoice_display_name+ description+", 2),
        (_("Price"), _("Of one unit, before taxes."), "amount amount_currency tax_codes+", 2),
    ]
    spoken_of = {"amount_cents": "amount"}

    def __init__(self, *args: Any, organization: Organization, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tax_codes"].choices = tax_choices(organization)  # type: ignore[attr-defined]
        if not self.initial.get("amount_currency"):
            self.initial["amount_currency"] = organization.default_currency

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        currency = cleaned.get("amount_currency", "")
        cleaned["amount_cents"] = read_cents(self, "amount", currency)
        return cleaned

    def columns(self) -> dict[str, Any]:
        """Return the columns of the add-on and the codes of its taxes."""
        typed = {name: self.cleaned_data.get(name) or None for name in NAMES}
        return typed | {
            "amount_cents": self.cleaned_data["amount_cents"],
            "tax_codes": self.cleaned_data["tax_codes"],
        }


def initial_of(add_on: AddOn) -> dict[str, Any]:
    """Return an add-on's values as its form shows them; one query."""
    return {name: getattr(add_on, name) for name in NAMES} | {
        "amount": written_amount(add_on.amount_cents, add_on.amount_currency),
        "tax_codes": sorted(add_on.taxes.values_list("code", flat=True)),
    }
