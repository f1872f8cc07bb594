"""A tax."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Tax
from console.forms import EditForm

NAMES = ("name", "code", "rate", "description", "applied_to_organization")


class TaxForm(EditForm):
    """A name and a rate."""

    name = forms.CharField(label=_("Name"), max_length=255, help_text=_("Stands on invoices."))
    code = forms.CharField(
        label=_("Code"), max_length=255, help_text=_("By which your backend names it.")
    )
    rate = forms.DecimalField(label=_("Rate in percent"), min_value=0, help_text=_("19 is 19%."))
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea({"rows": 2})
    )
    applied_to_organization = forms.BooleanField(
        label=_("Applies to all customers who have no taxes of their own"), required=False
    )

    sections = [
        (_("Tax"), _("Several taxes on one line add up."), "name code rate description+", 2),
        (_("Where it applies"), "", "applied_to_organization+", 1),
    ]

    def columns(self) -> dict[str, Any]:
        """Return the columns of the tax."""
        return {name: self.cleaned_data[name] for name in NAMES} | {
            "description": self.cleaned_data["description"] or None
        }


def initial_of(tax: Tax) -> dict[str, Any]:
    """Return a tax's values as its form shows them."""
    values = {name: getattr(tax, name) for name in NAMES}
    return values | {"rate": f"{tax.rate.normalize():f}"}
