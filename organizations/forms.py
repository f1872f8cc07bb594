"""An organization's settings and its members, as operators type them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console import formats
from console.forms import Combobox, ConsoleForm, EditForm, Tiles
from customers.forms.choices import LANGUAGES, countries, currencies
from organizations.models import Organization
from organizations.models.organization import (
    DocumentNumbering,
    IssuingDateAdjustment,
    IssuingDateAnchor,
)
from organizations.permissions import Role

EMAILS = [
    ("invoice.finalized", _("An invoice is final")),
    ("credit_note.created", _("A credit note is issued")),
    ("payment_receipt.created", _("A payment is received")),
]
LANGUAGE_NAMES = dict(
    zip(
        LANGUAGES,
        ("English", "Français", "Deutsch", "Español", "Italiano", "Português"),
        strict=True,
    )
)


class OrganizationForm(EditForm):
    """What the organization's customers inherit, and what its documents say."""

    name = forms.CharField(label=_("Name"), max_length=255)
    legal_name = forms.CharField(label=_("Legal name"), max_length=255, required=False)
    legal_number = forms.CharField(label=_("Legal number"), max_length=255, required=False)
    tax_identification_number = forms.CharField(label=_("Tax ID"), max_length=255, required=False)
    email = forms.CharField(
        label=_("E-mail"),
        max_length=255,
        required=False,
        help_text=_("Where customers may answer."),
    )
    address_line1 = forms.CharField(label=_("Address"), max_length=255, required=False)
    address_line2 = forms.CharField(label=_("Address, line 2"), max_length=255, required=False)
    zipcode = forms.CharField(label=_("Postal code"), max_length=255, required=False)
    city = forms.CharField(label=_("City"), max_length=255, required=False)
    state = forms.CharField(label=_("State"), max_length=255, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False, widget=Combobox)
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        widget=Combobox,
        help_text=_("Of customers who have none of their own. Periods begin at its midnight."),
    )
    default_currency = forms.ChoiceField(label=_("Usual currency"), widget=Combobox)
    document_locale = forms.ChoiceField(
        label=_("Language of documents"), choices=list(LANGUAGE_NAMES.items())
    )
    net_payment_term = forms.IntegerField(
        label=_("Payment term in days"),
        min_value=0,
        help_text=_("Due so many days after it is issued."),
    )
    invoice_grace_period = forms.IntegerField(
        label=_("Grace period in days"),
        min_value=0,
        help_text=_("Invoices are drafts for so long."),
    )
    finalize_zero_amount_invoice = forms.BooleanField(
        label=_("Issue invoices that come to nothing, too"), required=False
    )
    issuing_date_anchor = forms.ChoiceField(
        label=_("Periodic invoices bear"), choices=IssuingDateAnchor.choices
    )
    issuing_date_adjustment = forms.ChoiceField(
        label=_("With a grace period"), choices=IssuingDateAdjustment.choices
    )
    document_number_prefix = forms.CharField(
        label=_("Prefix of numbers"),
        max_length=10,
        help_text=_("At most 10 characters, in capitals."),
    )
    document_numbering = forms.ChoiceField(
        label=_("Numbers count"), choices=DocumentNumbering.choices, widget=Tiles
    )
    invoice_footer = forms.CharField(
        label=_("Footer"), max_length=600, required=False, widget=forms.Textarea({"rows": 2})
    )
    email_settings = forms.MultipleChoiceField(
        label=_("Mail customers when"),
        choices=EMAILS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    sections = [
        (
            _("Company"),
            _("Stands on invoices."),
            "name legal_name legal_number tax_identification_number email+ address_line1+ "
            "address_line2+ zipcode city state country",
            2,
        ),
        (_("Region"), "", "timezone+ default_currency document_locale", 2),
        (
            _("Invoices"),
            _("Customers may have terms of their own."),
            "net_payment_term invoice_grace_period issuing_date_anchor issuing_date_adjustment "
            "finalize_zero_amount_invoice+",
            2,
        ),
        (
            _("Documents"),
            _("Numbers that have been given stay as they are."),
            "document_number_prefix document_numbering+ invoice_footer+ email_settings+",
            2,
        ),
    ]

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["timezone"].choices = formats.zone_choices(at)  # type: ignore[attr-defined]
        self.fields["default_currency"].choices = currencies()  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", _("Not set")), *countries()]  # type: ignore[attr-defined]
        present = self.initial.get("document_locale")
        if present and present not in LANGUAGE_NAMES:
            self.fields["document_locale"].choices.append((present, present))  # type: ignore[attr-defined]

    def columns(self) -> dict[str, Any]:
        """Return the settings; empty text clears what may be empty."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return {name: None if value == "" else value for name, value in typed.items()}


def initial_of(organization: Organization) -> dict[str, Any]:
    """Return the settings as the form shows them."""
    return {
        name: getattr(organization, name) for name in OrganizationForm.base_fields if name != "seen"
    }


class MemberForm(ConsoleForm):
    """Somebody who gets a role in the organization."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=255,
        help_text=_("Somebody who is new gets a password, which you see once."),
    )
    name = forms.CharField(label=_("Name"), max_length=255, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)

    sections = [(_("Member"), _("Who works with you here."), "email name role", 2)]


class RoleForm(ConsoleForm):
    """Another role of a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)

    order = "role"
