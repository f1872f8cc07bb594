"""An organization's settings as operators type them: a form for each section."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.invoice_dates import LONGEST_TERM
from console import formats
from console.forms import Combobox, EditForm, Tiles
from customers.forms.choices import LANGUAGES, countries, currencies
from organizations.models import Organization
from organizations.models.organization import (
    DocumentNumbering,
    IssuingDateAdjustment,
    IssuingDateAnchor,
)

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


class SettingsForm(EditForm):
    """A section of the settings."""

    def __init__(self, organization: Organization, data: Any = None, *, at: datetime) -> None:
        names = [name for name in self.base_fields if name != "seen"]
        present = {name: getattr(organization, name) for name in names}
        super().__init__(data, initial=present)
        self.organization, self.at = organization, at
        self.offer()

    def offer(self) -> None:
        """Fill the selects."""

    def choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """Give a select its choices, and what it holds now if that is none of them."""
        present = self.initial.get(name) or ""
        if present and present not in dict(choices):
            choices = [*choices, (present, present)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def columns(self) -> dict[str, Any]:
        """Return the settings; empty text clears what may be empty."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return {name: None if value == "" else value for name, value in typed.items()}


class CompanyForm(SettingsForm):
    """Who sells, and where."""

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
    default_currency = forms.ChoiceField(
        label=_("Usual currency"), widget=Combobox, help_text=_("Which new plans begin with.")
    )

    sections = [
        (
            _("Company"),
            _("Stands on invoices."),
            "name legal_name legal_number tax_identification_number email+ address_line1+ "
            "address_line2+ zipcode city state country",
            2,
        ),
        (_("Region"), "", "timezone+ default_currency", 2),
    ]

    def offer(self) -> None:
        """Fill the selects."""
        self.choose("timezone", formats.zone_choices(self.at))
        self.choose("default_currency", currencies())
        self.choose("country", [("", _("Not set")), *countries()])


class InvoiceSettingsForm(SettingsForm):
    """When invoices are final and due, and what they say."""

    invoice_grace_period = forms.IntegerField(
        label=_("Grace period in days"),
        min_value=0,
        max_value=LONGEST_TERM,
        help_text=_(
            "Invoices are drafts for so long: late usage is still counted. 0: final at once."
        ),
    )
    net_payment_term = forms.IntegerField(
        label=_("Payment term in days"),
        min_value=0,
        max_value=LONGEST_TERM,
        help_text=_("Due so many days after it is issued. 0: on receipt."),
    )
    issuing_date_anchor = forms.ChoiceField(
        label=_("Periodic invoices bear"), choices=IssuingDateAnchor.choices
    )
    issuing_date_adjustment = forms.ChoiceField(
        label=_("With a grace period"), choices=IssuingDateAdjustment.choices
    )
    finalize_zero_amount_invoice = forms.BooleanField(
        label=_("Issue invoices that come to nothing, too"), required=False
    )
    document_locale = forms.ChoiceField(
        label=_("Language of documents"),
        help_text=_("Of invoices, credit notes, receipts and the e-mails with them."),
    )
    invoice_footer = forms.CharField(
        label=_("Footer"),
        max_length=600,
        required=False,
        help_text=_("At the foot of each page: how to pay, for instance."),
        widget=forms.Textarea({"rows": 3}),
    )

    sections = [
        (
            _("Terms"),
            _("Customers may have terms of their own. Drafts of those who inherit follow at once."),
            "invoice_grace_period net_payment_term",
            2,
        ),
        (_("Date"), "", "issuing_date_anchor issuing_date_adjustment", 2),
        (_("Invoices of zero"), "", "finalize_zero_amount_invoice+", 2),
        (_("Documents"), "", "document_locale invoice_footer+", 2),
    ]

    def offer(self) -> None:
        """Fill the selects."""
        self.choose("document_locale", list(LANGUAGE_NAMES.items()))


class NumberingForm(SettingsForm):
    """How invoices are numbered."""

    document_number_prefix = forms.CharField(
        label=_("Prefix of numbers"),
        max_length=10,
        help_text=_("At most 10 characters, in capitals."),
    )
    document_numbering = forms.ChoiceField(
        label=_("Numbers count"), choices=DocumentNumbering.choices, widget=Tiles
    )

    sections = [
        (
            _("Numbering"),
            _("Numbers that have been given stay as they are. There are never gaps."),
            "document_number_prefix document_numbering+",
            2,
        ),
    ]


class EmailsForm(SettingsForm):
    """Which documents customers are sent."""

    email_settings = forms.MultipleChoiceField(
        label=_("Mail customers when"),
        choices=EMAILS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    sections = [
        (
            _("E-mails"),
            _("Each brings the PDF. Customers without an e-mail address get none."),
            "email_settings+",
            1,
        ),
    ]
