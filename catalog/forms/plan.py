"""A plan without its charges: those have pages of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from catalog.forms.common import (
    currency_field,
    read_cents,
    tax_choices,
    taxes_field,
    written_amount,
)
from catalog.models import MinimumCommitment, Plan
from catalog.models.plan import Interval
from console.forms import Amount, ConsoleForm, EditForm, Tiles
from console.rows import EditRows
from organizations.models import Organization

NAMES = (
    "name",
    "code",
    "invoice_display_name",
    "description",
    "interval",
    "amount_currency",
    "trial_period",
    "bill_charges_monthly",
    "bill_fixed_charges_monthly",
)
LONG = "interval=yearly|semiannual"


class PlanForm(EditForm):
    """What a subscription costs a period."""

    name = forms.CharField(label=_("Name"), max_length=255)
    code = forms.CharField(
        label=_("Code"), max_length=255, help_text=_("By which your backend assigns it.")
    )
    invoice_display_name = forms.CharField(
        label=_("Name on invoices"), max_length=255, required=False, help_text=_("Empty: the name.")
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea({"rows": 2})
    )
    interval = forms.ChoiceField(
        label=_("Billed"), choices=Interval.choices, initial=Interval.MONTHLY
    )
    amount = Amount(label=_("Price of a period"))
    amount_currency = currency_field()
    pay_in_advance = forms.ChoiceField(
        label=_("The price is paid"),
        choices=[("no", _("At the end of the period")), ("yes", _("At its beginning"))],
        initial="no",
        widget=Tiles,
    )
    trial_period = forms.DecimalField(
        label=_("Trial in days"), required=False, min_value=0, max_digits=10
    )
    bill_charges_monthly = forms.BooleanField(label=_("Bill usage every month"), required=False)
    bill_fixed_charges_monthly = forms.BooleanField(
        label=_("Bill fixed charges every month"), required=False
    )
    tax_codes = taxes_field(_("None chosen: those of the customer, else of the organization."))
    commitment = Amount(
        label=_("Minimum commitment of a period"),
        required=False,
        help_text=_("What is missing to it at the end of a period is billed."),
    )
    commitment_name = forms.CharField(
        label=_("Its name on invoices"), max_length=255, required=False
    )

    sections = [
        (_("Plan"), _("What people see."), "name code invoice_display_name+ description+", 2),
        (
            _("Price"),
            _("Of the subscription itself. Usage is priced by charges, which you add afterwards."),
            "interval amount amount_currency trial_period pay_in_advance+ bill_charges_monthly+ "
            "bill_fixed_charges_monthly+ tax_codes+",
            2,
        ),
        (_("Minimum"), "", "commitment commitment_name", 2),
    ]
    when = {"bill_charges_monthly": LONG, "bill_fixed_charges_monthly": LONG}
    spoken_of = {"amount_cents": "amount"}

    def __init__(self, *args: Any, organization: Organization, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tax_codes"].choices = tax_choices(organization)  # type: ignore[attr-defined]
        if not self.initial.get("amount_currency"):
            self.initial["amount_currency"] = organization.default_currency

    @property
    def currency(self) -> str:
        """The currency of all amounts of the plan, typed or kept."""
        return self.cleaned_data.get("amount_currency", "") if self.is_bound else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        currency = cleaned.get("amount_currency", "")
        cleaned["amount_cents"] = read_cents(self, "amount", currency)
        cleaned["commitment_cents"] = read_cents(self, "commitment", currency)
        if cleaned.get("commitment") == 0:
            cleaned["commitment_cents"] = None
        return cleaned

    def columns(self) -> dict[str, Any]:
        """Return the columns of the plan, its taxes and its minimum commitment."""
        typed = self.cleaned_data
        found = {name: None if typed.get(name) == "" else typed.get(name) for name in NAMES}
        if typed["interval"] not in (Interval.YEARLY, Interval.SEMIANNUAL):
            found["bill_charges_monthly"] = found["bill_fixed_charges_monthly"] = None
        cents = typed["commitment_cents"]
        return found | {
            "pay_in_advance": typed["pay_in_advance"] == "yes",
            "amount_cents": typed["amount_cents"],
            "tax_codes": typed["tax_codes"],
            "minimum_commitment": None
            if cents is None
            else {
                "amount_cents": cents,
                "invoice_display_name": typed.get("commitment_name") or None,
            },
        }


class ThresholdForm(ConsoleForm):
    """An amount of usage at which a subscription is invoiced at once."""

    amount = Amount(label=_("Usage reaches"))
    name = forms.CharField(label=_("Name"), max_length=255, required=False)
    recurring = forms.BooleanField(label=_("And each time again"), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["amount_cents"] = read_cents(self, "amount", self.currency)
        return cleaned


class BaseThresholds(EditRows):
    """All thresholds: each amount once, at most one that recurs."""

    identity = ("amount", "recurring")

    def check(self, rows: list[dict[str, Any]]) -> None:
        amounts = [(one["amount"], one["recurring"]) for one in rows]
        if len(set(amounts)) < len(amounts):
            raise forms.ValidationError(_("Two thresholds have the same amount."))
        if sum(one["recurring"] for one in rows) > 1:
            raise forms.ValidationError(_("Only one threshold may recur."))

    def thresholds(self) -> list[dict[str, Any]]:
        """Return what is to be stored."""
        return [
            {
                "amount_cents": one["amount_cents"],
                "threshold_display_name": one["name"] or None,
                "recurring": one["recurring"],
            }
            for one in self.kept()
        ]


Thresholds = formset_factory(
    ThresholdForm, BaseThresholds, extra=0, can_delete=True, max_num=20, validate_max=True
)


def initial_of(plan: Plan, commitment: MinimumCommitment | None) -> dict[str, Any]:
    """Return a plan's values as its form shows them; one query."""
    currency = plan.amount_currency
    trial = plan.trial_period
    return {name: getattr(plan, name) for name in NAMES} | {
        "amount": written_amount(plan.amount_cents, currency),
        "pay_in_advance": "yes" if plan.pay_in_advance else "no",
        "trial_period": None if trial is None else f"{trial.normalize():f}",
        "tax_codes": sorted(plan.taxes.values_list("code", flat=True)),
        "commitment": written_amount(commitment and commitment.amount_cents, currency),
        "commitment_name": commitment and commitment.invoice_display_name,
    }


def thresholds_of(plan: Plan) -> list[dict[str, Any]]:
    """Return a plan's thresholds as rows of the form; one query."""
    return [
        {
            "amount": written_amount(row.amount_cents, plan.amount_currency),
            "name": row.threshold_display_name,
            "recurring": row.recurring,
        }
        for row in plan.usage_thresholds.kept().order_by("recurring", "amount_cents", "pk")
    ]
