"""The lines of a one-off invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from billing.currencies import CURRENCIES
from catalog.models import AddOn
from console.forms import Amount, Combobox, ConsoleForm, cents
from workflows.create_one_off_invoice import OneOffLine

MOST_LINES = 50


class OneOffForm(ConsoleForm):
    """What holds for the whole invoice."""

    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in sorted(CURRENCIES)], widget=Combobox
    )
    purchase_order_number = forms.CharField(
        label=_("Purchase order number"), max_length=255, required=False
    )
    skip_psp = forms.BooleanField(label=_("Do not send it to the payment provider"), required=False)


class LineForm(ConsoleForm):
    """An add-on, how often, and what differs from its own terms."""

    add_on = forms.ChoiceField(label=_("Add-on"), widget=Combobox)
    units = forms.DecimalField(
        label=_("Units"), initial=Decimal(1), min_value=Decimal(0), max_digits=25
    )
    unit_amount = Amount(label=_("Unit price"), required=False)
    name = forms.CharField(label=_("Name on the invoice"), max_length=255, required=False)
    description = forms.CharField(label=_("Description"), max_length=600, required=False)
    taxes = forms.MultipleChoiceField(
        label=_("Taxes"),
        required=False,
        help_text=_("None chosen: those of the add-on, else of the customer."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        add_ons: list[AddOn],
        taxes: list[tuple[str, str]],
        currency: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        choices = [(one.code, f"{one.name} ({one.code})") for one in add_ons]
        self.fields["add_on"].choices = [("", _("Choose an add-on")), *choices]  # type: ignore[attr-defined]
        self.fields["taxes"].choices = taxes  # type: ignore[attr-defined]
        self.fields["unit_amount"].help_text = _("Empty: the add-on's price.")
        if not taxes:
            del self.fields["taxes"]

    def clean_unit_amount(self) -> int | None:
        amount = self.cleaned_data.get("unit_amount")
        return None if amount is None else cents(amount, self.currency)

    def line(self) -> OneOffLine:
        """Return the line as the workflow takes it."""
        typed = self.cleaned_data
        return OneOffLine(
            add_on_code=typed["add_on"],
            units=typed["units"],
            unit_amount_cents=typed.get("unit_amount"),
            description=typed.get("description") or None,
            invoice_display_name=typed.get("name") or None,
            tax_codes=tuple(typed.get("taxes") or ()),
        )


class BaseLines(forms.BaseFormSet):
    """All lines: one at least."""

    def clean(self) -> None:
        if not any(self.errors) and not self.lines():
            raise forms.ValidationError(_("Write at least one line."))

    def lines(self) -> list[OneOffLine]:
        """Return the lines that are not taken out again."""
        return [
            form.line()
            for form in self.forms
            if form.cleaned_data.get("add_on") and not form.cleaned_data.get("DELETE")
        ]


Lines = formset_factory(
    LineForm,
    BaseLines,
    extra=0,
    min_num=1,
    can_delete=True,
    max_num=MOST_LINES,
    validate_max=True,
    absolute_max=2 * MOST_LINES,
)
