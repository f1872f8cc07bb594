"""What is set for a line of a draft."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.adjustments import FROM_EVENTS
from console import formats
from console.forms import Amount, ConsoleForm
from invoices.models import Fee

MOST_DIGITS = {"max_digits": 25, "decimal_places": 12}


class AdjustForm(ConsoleForm):
    """Units, the price of one, the name: what is left empty is worked out as ever."""

    units = forms.DecimalField(
        label=_("Units"), required=False, min_value=Decimal(0), **MOST_DIGITS
    )
    unit_amount = Amount(label=_("Unit price"), required=False, **MOST_DIGITS)
    invoice_display_name = forms.CharField(
        label=_("Name on the invoice"), max_length=255, required=False
    )

    spoken_of = {"charge": "unit_amount"}

    def __init__(self, *args: Any, fee: Fee, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fee = fee
        self.line: Any = None
        step = fee.adjustment or {}
        units = formats.units(Decimal(step.get("units_before", fee.units)))
        self.fields["units"].help_text = _("Empty: %(units)s, as worked out.") % {"units": units}
        self.fields["unit_amount"].help_text = _price_help(fee)
        name = step.get("name_before", fee.shown_name)
        self.fields["invoice_display_name"].help_text = _("Empty: %(name)s.") % {"name": name}

    @property
    def is_blank(self) -> bool:
        """Whether nothing is set."""
        return not any(self[name].value() for name in self.fields)

    def given(self) -> dict[str, Any]:
        """Return what was set, as the workflow takes it."""
        return {name: value if value != "" else None for name, value in self.cleaned_data.items()}


def _price_help(fee: Fee) -> Any:
    if fee.fee_type == "add_on":
        return _("Empty: the price that the line had.")
    if fee.fee_type == "subscription":
        return _("Empty: the units multiply the fee.")
    priced_by = fee.charge or fee.fixed_charge
    if priced_by is not None and (
        priced_by.charge_model in FROM_EVENTS
        or (priced_by.charge_model == "graduated" and priced_by.prorated)
    ):
        return _("Needed when you set the units: they alone do not say what this costs.")
    return _("Empty: the units are priced as the plan says.")
