"""What operators type about payments and providers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.currencies import CURRENCIES
from billing.money import Money
from console.forms import Amount, Combobox, ConsoleForm, EditForm, Moment, Tiles, cents
from console.rows import EditRows
from invoices.models import Invoice
from payments.models import PaymentProvider, ProviderKind
from payments.operations.campaigns import CampaignTerms
from payments.operations.connections import ConnectionTerms
from payments.providers import OFFERED


class RecordPaymentForm(ConsoleForm):
    """A payment that arrived outside of any provider."""

    amount = Amount(label=_("Amount received"))
    reference = forms.CharField(
        label=_("Reference"),
        max_length=40,
        help_text=_("What identifies it on your bank statement."),
    )
    paid_at = Moment(label=_("Received"), required=False, help_text=_("Empty: now."))

    def __init__(
        self, *args: Any, invoice: Invoice, zone: Any, now: datetime, **options: Any
    ) -> None:
        self.invoice, self.now = invoice, now
        due = Money(invoice.total_due_amount_cents, invoice.currency)
        options.setdefault("initial", {"amount": due.amount})
        super().__init__(*args, **options)
        self.fields["amount"].help_text = _("In %(currency)s; %(due)s is due.") % {
            "currency": invoice.currency,
            "due": due.amount,
        }
        self.fields["paid_at"].zone = zone

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        whole = cents(amount, self.invoice.currency)
        if not whole:
            raise forms.ValidationError(_("Write an amount above 0."))
        if whole > self.invoice.total_due_amount_cents:
            raise forms.ValidationError(_("More would be paid than is due."))
        self.cleaned_data["amount_cents"] = whole
        return amount

    def clean_paid_at(self) -> datetime | None:
        paid_at: datetime | None = self.cleaned_data["paid_at"]
        if paid_at and paid_at > self.now:
            raise forms.ValidationError(_("This lies ahead. Write when it was received."))
        return paid_at


class RequestPaymentForm(ConsoleForm):
    """Overdue invoices to be asked for, and where to."""

    invoice_ids = forms.MultipleChoiceField(
        label=_("Overdue invoices"), widget=forms.CheckboxSelectMultiple
    )
    email = forms.CharField(
        label=_("E-mail"), help_text=_("Several addresses are separated by commas.")
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["invoice_ids"].choices = choices


KINDS = [(kind.value, kind.label) for kind in OFFERED]


SECRETS = {
    ProviderKind.STRIPE: ("secret_key", "webhook_secret"),
    ProviderKind.GOCARDLESS: ("access_token", "webhook_secret"),
    ProviderKind.ADYEN: ("api_key", "hmac_key"),
}
CHOICES = {
    ProviderKind.STRIPE: ("success_redirect_url",),
    ProviderKind.GOCARDLESS: ("success_redirect_url",),
    ProviderKind.ADYEN: ("merchant_account", "live_prefix", "success_redirect_url"),
}
"""What is kept sealed, and what is kept openly, of a connection of each kind."""


class Secret(forms.PasswordInput):
    """A key of an account elsewhere: hidden as it is typed, and no password that a browser would keep."""

    input_type = "text"


def _secret(label: Any, help_text: Any) -> forms.CharField:
    widget = Secret({"autocomplete": "off", "spellcheck": "false", "data-secret": ""})
    return forms.CharField(label=label, required=False, widget=widget, help_text=help_text)


def _when(names: dict[Any, tuple[str, ...]]) -> dict[str, str]:
    kinds: dict[str, list[str]] = {}
    for kind, fields in names.items():
        for name in fields:
            kinds.setdefault(name, []).append(kind.value)
    return {name: f"kind={'|'.join(having)}" for name, having in kinds.items()}


class ConnectionForm(EditForm):
    """A connection to a payment provider; stored secrets are never shown."""

    kind = forms.ChoiceField(
        label=_("Provider"), choices=KINDS, widget=Tiles, initial=ProviderKind.STRIPE
    )
    name = forms.CharField(label=_("Name"), max_length=255)
    code = forms.CharField(
        label=_("Code"), max_length=255, help_text=_("By which your backend names it.")
    )
    secret_key = _secret(_("Secret key"), _("From the Developers page of your Stripe account."))
    access_token = _secret(
        _("Access token"), _("It begins with live_ or, for trying out, with sandbox_.")
    )
    webhook_secret = _secret(
        _("Signing secret of webhooks"), _("Without it the provider's news are refused.")
    )
    api_key = _secret(_("API key"), _("From the API credentials of your Adyen account."))
    hmac_key = _secret(_("HMAC key of webhooks"), _("Without it Adyen's news are refused."))
    merchant_account = forms.CharField(label=_("Merchant account"), required=False, max_length=255)
    live_prefix = forms.RegexField(
        r"^[A-Za-z0-9-]+$",
        label=_("Prefix of live addresses"),
        required=False,
        max_length=100,
        help_text=_("Empty: Adyen's test system."),
    )
    success_redirect_url = forms.URLField(
        label=_("After paying, lead to"),
        required=False,
        assume_scheme="https",
        help_text=_("Where the provider's pages send your customers back to."),
    )

    sections = [
        (_("Connection"), _("Who moves the money, and how you call it."), "kind+ name code", 2),
        (
            _("Access"),
            _("Secrets are kept encrypted, and never shown again."),
            "secret_key access_token api_key webhook_secret hmac_key merchant_account live_prefix "
            "success_redirect_url+",
            2,
        ),
    ]
    when = _when(SECRETS) | _when(CHOICES)

    def __init__(self, *args: Any, provider: PaymentProvider | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if provider is not None:
            for name in {name for names in SECRETS.values() for name in names}:
                self.fields[name].help_text = _("Empty: the stored one stays.")

    def terms(self) -> ConnectionTerms:
        """Return what has been typed, of that what belongs to the kind."""
        typed = self.cleaned_data
        secrets, choices = SECRETS.get(typed["kind"], ()), CHOICES.get(typed["kind"], ())
        return ConnectionTerms(
            name=typed["name"],
            code=typed["code"],
            secrets={name: typed.get(name) or "" for name in secrets},
            settings={name: typed[name] for name in choices if typed.get(name)},
        )


def initial_of(provider: PaymentProvider) -> dict[str, Any]:
    """Return what the form shows of a connection: no secret."""
    shown = {"kind": provider.kind, "name": provider.name, "code": provider.code}
    return shown | {
        name: provider.settings.get(name, "") for name in CHOICES.get(provider.kind, ())
    }


class CampaignForm(EditForm):
    """A dunning campaign; its thresholds are rows of their own."""

    name = forms.CharField(label=_("Name"), max_length=255)
    code = forms.CharField(label=_("Code"), max_length=255)
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea({"rows": 2})
    )
    max_attempts = forms.IntegerField(
        label=_("How often to ask"), min_value=1, max_value=1000, initial=3
    )
    days_between_attempts = forms.IntegerField(
        label=_("Days between two requests"), min_value=1, max_value=1000, initial=7
    )
    is_default = forms.BooleanField(
        label=_("Applies to every customer without a campaign of their own"), required=False
    )

    def terms(self, thresholds: dict[str, int]) -> CampaignTerms:
        """Return what has been typed."""
        names = ("name", "code", "description", "max_attempts", "days_between_attempts")
        typed = {name: self.cleaned_data[name] for name in (*names, "is_default")}
        return CampaignTerms(thresholds=thresholds, **typed)


class ThresholdForm(ConsoleForm):
    """The overdue balance in a currency from which to ask."""

    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in sorted(CURRENCIES)], widget=Combobox
    )
    amount = Amount(label=_("Overdue balance from"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "amount" in cleaned and "currency" in cleaned:
            try:
                cleaned["cents"] = cents(cleaned["amount"], cleaned["currency"])
            except forms.ValidationError as error:
                self.add_error("amount", error)
            if cleaned.get("cents") == 0:
                self.add_error("amount", _("Write an amount above 0."))
        return cleaned


class ThresholdRows(EditRows):
    """One threshold or more, each in a currency of its own."""

    identity = ("currency",)

    def check(self, rows: list[dict[str, Any]]) -> None:
        written = [row["currency"] for row in rows]
        if len(set(written)) < len(written):
            raise forms.ValidationError(_("A currency has one threshold."))
        if not written:
            raise forms.ValidationError(_("Write a threshold in a currency or more."))

    def thresholds(self) -> dict[str, int]:
        """Return minor units by currency."""
        return {each["currency"]: each["cents"] for each in self.kept()}


Thresholds = forms.formset_factory(ThresholdForm, formset=ThresholdRows, extra=0, can_delete=True)
