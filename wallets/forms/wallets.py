"""What operators type about a wallet and its recurring top-up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.currencies import CURRENCIES
from billing.money import Money
from catalog.models.plan import Interval
from console.forms import Amount, Combobox, ConsoleForm, EditForm, Moment, Tiles, cents
from customers.models import Customer
from wallets import reads
from wallets.forms.moves import RULE_CREDITS, Credits, missing_of_rule
from wallets.models import FeeType, RecurringTransactionRule, Wallet
from wallets.operations import Note, RuleTerms, Scope
from workflows.move_credits import Moves

ZERO = Decimal(0)
TRIGGERS = [("", _("Never")), ("interval", _("At an interval")), ("threshold", _("When it is low"))]
METHODS = [("fixed", _("The same each time")), ("target", _("Up to a balance"))]
RULE = "rule_trigger=interval|threshold"
FIXED, TARGET = f"{RULE} rule_method=fixed", f"{RULE} rule_method=target"


class WalletForm(ConsoleForm):
    """What may change in a wallet."""

    name = forms.CharField(label=_("Name"), max_length=255, required=False)
    code = forms.CharField(
        label=_("Code"), max_length=255, required=False, help_text=_("Empty: made of the name.")
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        initial=50,
        min_value=1,
        max_value=50,
        help_text=_("1 pays first, 50 last."),
    )
    expiration_at = Moment(
        label=_("Expires"), required=False, help_text=_("Then the remaining credits are voided.")
    )
    fee_types = forms.MultipleChoiceField(
        label=_("Only these fees"),
        choices=FeeType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    billable_metric_codes = forms.MultipleChoiceField(
        label=_("Only usage of these metrics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    least = Amount(label=_("Smallest top-up"), required=False)
    most = Amount(label=_("Largest top-up"), required=False)
    invoice_requires_successful_payment = forms.BooleanField(
        label=_("Issue invoices of top-ups only when they are paid"), required=False
    )
    rule_trigger = forms.ChoiceField(
        label=_("Top up by itself"), choices=TRIGGERS, required=False, widget=Tiles
    )
    rule_interval = forms.ChoiceField(
        label=_("Interval"), choices=Interval.choices, required=False, initial="monthly"
    )
    rule_started_at = Moment(
        label=_("Start"), required=False, help_text=_("Repeats this day; empty: today's.")
    )
    rule_threshold_credits = Credits(label=_("Ongoing balance, in credits, at which to top up"))
    rule_method = forms.ChoiceField(
        label=_("How much"), choices=METHODS, required=False, initial="fixed", widget=Tiles
    )
    rule_paid_credits = Credits(label=_("Credits to buy"))
    rule_granted_credits = Credits(label=_("Credits to grant"))
    rule_target_ongoing_balance = Credits(label=_("Ongoing balance to reach, in credits"))
    rule_grants_target_top_up = forms.BooleanField(
        label=_("Grant these credits instead of selling them"), required=False
    )
    rule_expiration_at = Moment(label=_("End of the rule"), required=False)

    when = {
        "rule_interval": "rule_trigger=interval",
        "rule_started_at": "rule_trigger=interval",
        "rule_threshold_credits": "rule_trigger=threshold",
        "rule_method": RULE,
        "rule_paid_credits": FIXED,
        "rule_granted_credits": FIXED,
        "rule_target_ongoing_balance": TARGET,
        "rule_grants_target_top_up": TARGET,
        "rule_expiration_at": RULE,
    }
    later_sections = [
        (
            _("Scope"),
            _("Nothing chosen: it pays all fees of a subscription's invoice."),
            "fee_types billable_metric_codes",
            2,
        ),
        (
            _("Top-ups"),
            _("Limits for what is bought, in money."),
            "least most invoice_requires_successful_payment+",
            2,
        ),
        (
            _("Recurring top-up"),
            _("Credits that come by themselves."),
            "rule_trigger+ rule_interval rule_started_at rule_threshold_credits+ rule_method+ rule_paid_credits "
            "rule_granted_credits rule_target_ongoing_balance+ rule_grants_target_top_up+ rule_expiration_at",
            2,
        ),
    ]

    def __init__(
        self, *args: Any, customer: Customer, wallet: Wallet | None = None, **options: Any
    ):
        super().__init__(*args, **options)
        self.wallet = wallet
        choices = reads.metric_choices(customer.organization, wallet)
        self.fields["billable_metric_codes"].choices = choices  # type: ignore[attr-defined]
        for name in ("expiration_at", "rule_started_at", "rule_expiration_at"):
            self.fields[name].zone = customer.zone  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("least", "most"):
            amount, currency = cleaned.get(name), self.currency(cleaned)
            if amount is not None and currency:
                try:
                    cleaned[f"{name}_cents"] = cents(amount, currency)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        missing = missing_of_rule(cleaned)
        if missing and not self.errors.keys() & set(RULE_CREDITS):
            self.add_error(*missing)
        return cleaned

    def currency(self, cleaned: dict[str, Any]) -> str:
        """Return the currency of the amounts."""
        return self.wallet.currency if self.wallet else cleaned.get("currency", "")

    def columns(self) -> dict[str, Any]:
        """Return the columns that may change."""
        cleaned = self.cleaned_data
        names = ("priority", "expiration_at", "invoice_requires_successful_payment")
        found = {name: cleaned.get(name) for name in names} | {
            "name": cleaned.get("name") or None,
            "paid_top_up_min_amount_cents": cleaned.get("least_cents"),
            "paid_top_up_max_amount_cents": cleaned.get("most_cents"),
        }
        return found | ({"code": cleaned["code"]} if cleaned.get("code") else {})

    def scope(self) -> Scope:
        """Return what the wallet is limited to."""
        cleaned = self.cleaned_data
        return Scope(tuple(cleaned["fee_types"]), tuple(cleaned["billable_metric_codes"]))

    def recurring(self, known: RecurringTransactionRule | None = None) -> list[RuleTerms]:
        """Return the recurring top-up; `known` is the one that it changes."""
        cleaned = self.cleaned_data
        if not cleaned.get("rule_trigger"):
            return []
        is_target = cleaned.get("rule_method") == "target"
        by_interval = cleaned["rule_trigger"] == "interval"
        return [
            RuleTerms(
                id=known.pk if known else None,
                trigger=cleaned["rule_trigger"],
                method=cleaned.get("rule_method") or "fixed",
                interval=cleaned.get("rule_interval") if by_interval else None,
                started_at=cleaned.get("rule_started_at") if by_interval else None,
                threshold_credits=ZERO if by_interval else self._credits("rule_threshold_credits"),
                paid_credits=ZERO if is_target else self._credits("rule_paid_credits"),
                granted_credits=ZERO if is_target else self._credits("rule_granted_credits"),
                target_ongoing_balance=cleaned.get("rule_target_ongoing_balance"),
                grants_target_top_up=is_target and bool(cleaned.get("rule_grants_target_top_up")),
                expiration_at=cleaned.get("rule_expiration_at"),
                transaction_name=known.transaction_name if known else None,
                transaction_metadata=tuple(known.transaction_metadata) if known else (),
                invoice_requires_successful_payment=cleaned["invoice_requires_successful_payment"],
                ignore_paid_top_up_limits=known.ignore_paid_top_up_limits if known else False,
            )
        ]

    def _credits(self, name: str) -> Decimal:
        return self.cleaned_data.get(name) or ZERO


class OpenWalletForm(WalletForm):
    """A new wallet with its first credits."""

    rate_amount = forms.DecimalField(
        label=_("Worth of a credit"),
        initial=1,
        max_digits=20,
        decimal_places=5,
        help_text=_("In units of the currency. It cannot change later."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in sorted(CURRENCIES)],
        widget=Combobox,
    )
    paid_credits = Credits(
        label=_("Credits to buy"), help_text=_("They arrive when their invoice is paid.")
    )
    granted_credits = Credits(
        label=_("Credits to grant"), help_text=_("Given for nothing, at once.")
    )
    transaction_name = forms.CharField(
        label=_("Name of the top-up"), required=False, max_length=255
    )

    sections = [
        (
            _("Wallet"),
            _("Credits that the customer has paid before they are used."),
            "name code rate_amount currency priority expiration_at",
            2,
        ),
        (
            _("First credits"),
            _("What the wallet starts with."),
            "paid_credits granted_credits transaction_name+",
            2,
        ),
        *WalletForm.later_sections,
    ]

    def __init__(self, *args: Any, customer: Customer, **options: Any) -> None:
        initial = {"currency": customer.currency or customer.organization.default_currency}
        locked = {}
        if customer.currency:
            locked = {"currency": _("The customer is billed in this currency.")}
        super().__init__(*args, customer=customer, initial=initial, locked=locked, **options)

    def opening_columns(self) -> dict[str, Any]:
        """Return the columns of the new wallet."""
        cleaned = self.cleaned_data
        own = {"rate_amount": cleaned["rate_amount"], "currency": cleaned["currency"]}
        return self.columns() | own

    def moves(self) -> Moves:
        """Return the first credits."""
        return Moves(
            paid=self._credits("paid_credits"),
            granted=self._credits("granted_credits"),
            note=Note(name=self.cleaned_data.get("transaction_name") or None),
        )


class EditWalletForm(EditForm, WalletForm):
    """A wallet that exists."""

    sections = [
        (
            _("Wallet"),
            _("Currency and worth of a credit are fixed."),
            "name code priority expiration_at",
            2,
        ),
        *WalletForm.later_sections,
    ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].help_text = ""


def initial_of(wallet: Wallet, rule: RecurringTransactionRule | None) -> dict[str, Any]:
    """Return a wallet's values as its form shows them."""
    names = ("name", "code", "priority", "expiration_at", "invoice_requires_successful_payment")
    found = {name: getattr(wallet, name) for name in names} | {
        "fee_types": wallet.allowed_fee_types,
        "billable_metric_codes": sorted(metric.code for metric in wallet.allowed_metrics.all()),
        "least": _amount(wallet.paid_top_up_min_amount_cents, wallet.currency),
        "most": _amount(wallet.paid_top_up_max_amount_cents, wallet.currency),
    }
    if rule is None:
        return found
    own = ("trigger", "interval", "method", "started_at", "expiration_at", "grants_target_top_up")
    numbers = ("threshold_credits", "paid_credits", "granted_credits", "target_ongoing_balance")
    return (
        found
        | {f"rule_{name}": getattr(rule, name) for name in own}
        | {f"rule_{name}": _plain(getattr(rule, name)) for name in numbers}
    )


def _amount(amount_cents: int | None, currency: str) -> Decimal | None:
    return None if amount_cents is None else Money(amount_cents, currency).amount


def _plain(number: Decimal | None) -> str | None:
    """Write credits without needless zeros; none at all as nothing."""
    return f"{number.normalize():f}" if number else None
