"""What several forms of the catalog have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.currencies import CURRENCIES
from billing.money import Money
from catalog.models import Tax
from console import formats
from console.forms import Combobox, cents
from organizations.models import Organization

CURRENCY_CHOICES = [(code, code) for code in sorted(CURRENCIES)]


def currency_field(**options: Any) -> forms.ChoiceField:
    """Return a field for a currency."""
    options.setdefault("label", _("Currency"))
    return forms.ChoiceField(choices=CURRENCY_CHOICES, widget=Combobox, **options)


def taxes_field(help_text: Any) -> forms.MultipleChoiceField:
    """Return a field for taxes; `tax_choices` fills it."""
    return forms.MultipleChoiceField(
        label=_("Taxes"),
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def tax_choices(organization: Organization) -> list[tuple[str, str]]:
    """Return the taxes of an organization as choices; one query."""
    rows = Tax.objects.of(organization).kept().order_by("name", "pk")
    return [(tax.code, f"{tax.name} {formats.rate(tax.rate)}") for tax in rows]


def written_amount(cents_: int | None, currency: str) -> Any:
    """Return minor units as a form shows them; nothing for nothing."""
    return None if cents_ is None else Money(cents_, currency).amount


def read_cents(form: forms.Form, name: str, currency: str) -> int | None:
    """Return a typed amount in minor units; an error goes to its field."""
    amount = form.cleaned_data.get(name)
    if amount is None or not currency:
        return None
    try:
        return cents(amount, currency)
    except forms.ValidationError as error:
        form.add_error(name, error)
        return None


def plain(value: Any) -> str:
    """Return a typed decimal as the text that a price is stored as."""
    return f"{value:f}" if value is not None else "0"


def words_of(text: str) -> list[str]:
    """Return what is separated by commas, once each."""
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
