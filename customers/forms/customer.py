"""The form of a customer: every field that an operator may set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.invoice_dates import LONGEST_TERM
from console.forms import Combobox, EditForm
from customers.forms import choices
from customers.models import AccountType, Customer, CustomerType, ZeroAmountInvoices
from customers.operations.writing import ADDRESS
from organizations.models import Organization

TEXTS = (
    "external_id name firstname lastname legal_name legal_number tax_identification_number email phone url"
).split()
SELECTS = "account_type customer_type timezone currency document_locale finalize_zero_amount_invoice".split()
NUMBERS = ("net_payment_term", "invoice_grace_period")
SHIPPING = tuple(f"shipping_{name}" for name in ADDRESS)
PLAIN = (*TEXTS, *SELECTS, *NUMBERS, *ADDRESS)
ADDRESS_LABELS = {
    "address_line1": gettext_lazy("Address line 1"),
    "address_line2": gettext_lazy("Address line 2"),
    "zipcode": gettext_lazy("Postal code"),
    "city": gettext_lazy("City"),
    "state": gettext_lazy("State or region"),
    "country": gettext_lazy("Country"),
}


def text(label: Any, help_text: Any = "", **options: Any) -> forms.CharField:
    """Return an optional line of text of at most 255 characters."""
    return forms.CharField(
        **{"label": label, "help_text": help_text, "required": False, "max_length": 255, **options}
    )


def choice(label: Any, help_text: Any = "", **options: Any) -> forms.ChoiceField:
    """Return an optional select that one can search in."""
    return forms.ChoiceField(
        **{"label": label, "help_text": help_text, "required": False, "widget": Combobox, **options}
    )


class CustomerForm(EditForm):
    """Create or edit a customer.

    `organization` and `at` (for the offsets of zones) say what there is to choose from; `customer` is the one that
    is edited, or whose values a new one begins with.
    """

    name = text(gettext_lazy("Name"), required=True)
    external_id = text(
        gettext_lazy("External ID"),
        gettext_lazy("The customer's unique ID in your backend."),
        required=True,
    )
    customer_type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        required=False,
        choices=[("", gettext_lazy("Not said")), *CustomerType.choices],
    )
    account_type = forms.ChoiceField(
        label=gettext_lazy("Account"),
        choices=AccountType.choices,
        initial=AccountType.CUSTOMER,
        help_text=gettext_lazy("A partner is billed on its own behalf (self-billing)."),
    )
    firstname = text(gettext_lazy("First name"))
    lastname = text(gettext_lazy("Last name"))
    timezone = choice(
        gettext_lazy("Time zone"),
        gettext_lazy(
            "Periods begin and end, and usage and invoices are dated, in this zone. Empty: inherits the organization's."
        ),
    )

    legal_name = text(gettext_lazy("Legal name"))
    legal_number = text(gettext_lazy("Legal number"))
    tax_identification_number = text(gettext_lazy("Tax identification number"))
    email = text(
        gettext_lazy("E-mail addresses"),
        gettext_lazy("Invoices are sent there; several with commas between them."),
        max_length=1000,
    )
    phone = text(gettext_lazy("Phone"))
    url = text(gettext_lazy("URL"), max_length=1000)
    currency = choice(
        gettext_lazy("Currency"),
        gettext_lazy(
            "Fixed as soon as a plan, coupon, one-off invoice or wallet is assigned; empty: the first of them decides."
        ),
    )

    same_address = forms.BooleanField(
        label=gettext_lazy("The shipping address is the same as the billing address"),
        required=False,
        widget=forms.CheckboxInput({"data-same": "shipping-address"}),
    )

    net_payment_term = forms.IntegerField(
        label=gettext_lazy("Net payment term"),
        required=False,
        min_value=0,
        max_value=LONGEST_TERM,
    )
    invoice_grace_period = forms.IntegerField(
        label=gettext_lazy("Grace period"),
        required=False,
        min_value=0,
        max_value=LONGEST_TERM,
    )
    document_locale = choice(gettext_lazy("Language of documents"))
    finalize_zero_amount_invoice = forms.ChoiceField(
        label=gettext_lazy("Invoices of zero"),
        required=False,
        choices=ZeroAmountInvoices.choices,
        initial=ZeroAmountInvoices.INHERIT,
    )
    tax_codes = forms.MultipleChoiceField(
        label=gettext_lazy("Taxes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: the taxes of the plan, else the organization's."),
    )

    payment_provider_code = choice(
        gettext_lazy("Default payment provider"),
        gettext_lazy("Connections are made in Settings."),
    )
    provider_customer_id = text(
        gettext_lazy("Customer ID at the provider"),
        gettext_lazy("Who this customer is there, if there already."),
    )
    sync_with_provider = forms.BooleanField(
        label=gettext_lazy("Create this customer at the provider automatically"), required=False
    )

    groups = {
        "customer": "name external_id firstname lastname customer_type account_type timezone+",
        "billing": ("legal_name legal_number tax_identification_number email phone url currency+"),
        "address": " ".join(ADDRESS_LABELS),
        "shipping": " ".join(f"shipping_{name}" for name in ADDRESS_LABELS),
        "terms": (
            "net_payment_term invoice_grace_period document_locale"
            " finalize_zero_amount_invoice tax_codes+"
        ),
        "provider": "payment_provider_code+ provider_customer_id+ sync_with_provider+",
    }

    def __init__(
        self,
        *args: Any,
        organization: Organization,
        at: datetime,
        customer: Customer | None = None,
        **options: Any,
    ) -> None:
        options.setdefault("initial", initial_of(customer))
        super().__init__(*args, **options)
        self._offer(organization, at, customer)

    def _offer(self, organization: Organization, at: datetime, customer: Customer | None) -> None:
        """Fill the selects, and say what is inherited."""
        offered = {
            "timezone": choices.zones(organization, at),
            "currency": [("", _("Not set yet")), *choices.currencies()],
            "country": [("", _("Not set")), *choices.countries()],
            "shipping_country": [("", _("Not set")), *choices.countries()],
            "document_locale": choices.languages(
                organization, customer.document_locale if customer else None
            ),
            "tax_codes": choices.taxes(organization),
            "payment_provider_code": [("", _("None")), *choices.connections(organization)],
        }
        for name, offers in offered.items():
            self.fields[name].choices = offers  # type: ignore[attr-defined]
        inherited = {
            "net_payment_term": organization.net_payment_term,
            "invoice_grace_period": organization.invoice_grace_period,
        }
        for name, days in inherited.items():
            words = _("In days. Empty: the organization's, %(days)s.") % {"days": days}
            self.fields[name].help_text = words

    def clean_url(self) -> str:
        """Take an address that is written as people say it."""
        typed: str = (self.cleaned_data["url"] or "").strip()
        return f"https://{typed}" if "." in typed and "://" not in typed else typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.locked:
            sent = self.data.get(self.add_prefix(name))
            if sent is not None and sent.strip() != str(self.initial.get(name) or ""):
                self.add_error(name, _("This cannot be changed any more."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the valid form as `create_customer` and `edit_customer` take it."""
        data = self.cleaned_data
        found = {name: data[name] for name in PLAIN if name not in self.locked}
        for name in ADDRESS:
            own = data[name] if data["same_address"] else data[f"shipping_{name}"]
            found[f"shipping_{name}"] = own
        return found | {"tax_codes": data["tax_codes"]} | self._provider()

    def _provider(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data["payment_provider_code"]:
            had_one = self.initial.get("payment_provider_code")
            return {"payment_provider": None} if had_one else {}
        names = ("payment_provider_code", "provider_customer_id", "sync_with_provider")
        return {name: data[name] for name in names}


for _prefix in ("", "shipping_"):
    for _name, _label in ADDRESS_LABELS.items():
        _make = choice if _name == "country" else text
        CustomerForm.base_fields[_prefix + _name] = _make(_label)


def initial_of(customer: Customer | None) -> dict[str, Any]:
    """Return a customer's values as the form shows them (2 queries)."""
    if customer is None:
        return {
            "same_address": True,
            "account_type": AccountType.CUSTOMER,
            "finalize_zero_amount_invoice": ZeroAmountInvoices.INHERIT,
        }
    found = {name: getattr(customer, name) for name in (*PLAIN, *SHIPPING)}
    found["same_address"] = all(
        getattr(customer, name) == getattr(customer, f"shipping_{name}") for name in ADDRESS
    )
    found["tax_codes"] = sorted(tax.code for tax in customer.taxes.all())
    tie = getattr(customer, "customer_provider", None)
    if tie is not None:
        found["payment_provider_code"] = tie.provider.code
        found["provider_customer_id"] = tie.provider_customer_id
        found["sync_with_provider"] = tie.sync_with_provider
    return found
