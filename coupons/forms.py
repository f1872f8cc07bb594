"""What operators type about coupons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.currencies import CURRENCIES
from billing.money import Money
from console.forms import Amount, Combobox, ConsoleForm, EditForm, Moment, Tiles, cents
from coupons import reads
from coupons.models import AppliedCoupon, Coupon, CouponType, Expiration, Frequency
from coupons.operations import LOCKED_COLUMNS, Limits
from organizations.models import Organization

FIXED, PERCENTAGE = CouponType.FIXED_AMOUNT.value, CouponType.PERCENTAGE.value
CURRENCY_CHOICES = [(code, code) for code in sorted(CURRENCIES)]
TYPES = [(FIXED, _("An amount")), (PERCENTAGE, _("A percentage"))]
FREQUENCIES = [
    ("once", _("Once")),
    ("recurring", _("For some periods")),
    ("forever", _("Forever")),
]
LIMITS = [("none", _("All fees")), ("plans", _("Some plans")), ("metrics", _("Some metrics"))]


class TermsForm(ConsoleForm):
    """What a coupon takes off, and how often."""

    amount = Amount(label=_("Amount"), required=False)
    amount_currency = forms.ChoiceField(
        label=_("Currency"), choices=CURRENCY_CHOICES, required=False, widget=Combobox
    )
    percentage_rate = forms.DecimalField(
        label=_("Percentage"), required=False, help_text=_("10 is 10 %.")
    )
    frequency = forms.ChoiceField(
        label=_("How often"), choices=FREQUENCIES, widget=Tiles, initial="once"
    )
    frequency_duration = forms.IntegerField(label=_("Number of billing periods"), required=False)

    when = {"frequency_duration": "frequency=recurring"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.needed(cleaned):
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        rate = cleaned.get("percentage_rate")
        if rate is not None and not 0 < rate <= 100:
            self.add_error("percentage_rate", _("Write a percentage above 0, of at most 100."))
        amount, currency = cleaned.get("amount"), cleaned.get("amount_currency")
        if amount == 0:
            self.add_error("amount", _("Write an amount above 0."))
        elif amount is not None and currency:
            try:
                cleaned["amount_cents"] = cents(amount, currency)
            except forms.ValidationError as error:
                self.add_error("amount", error)
        return cleaned

    def needed(self, cleaned: dict[str, Any]) -> list[str]:
        """Return the fields that what was chosen makes necessary."""
        return ["frequency_duration"] if cleaned.get("frequency") == Frequency.RECURRING else []

    def terms(self) -> dict[str, Any]:
        """Return the columns of the terms."""
        names = ("amount_currency", "percentage_rate", "frequency", "frequency_duration")
        typed = {name: self.cleaned_data.get(name) for name in names}
        found = {name: None if value == "" else value for name, value in typed.items()}
        return found | {"amount_cents": self.cleaned_data.get("amount_cents")}


class CouponForm(EditForm, TermsForm):
    """A coupon."""

    name = forms.CharField(label=_("Name"), max_length=255, help_text=_("Shown on invoices."))
    code = forms.CharField(
        label=_("Code"), max_length=255, help_text=_("By which your backend applies it.")
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea({"rows": 2})
    )
    coupon_type = forms.ChoiceField(
        label=_("Takes off"), choices=TYPES, widget=Tiles, initial=FIXED
    )
    reusable = forms.BooleanField(
        label=_("May be applied to the same customer more than once"), required=False, initial=True
    )
    expiration_at = Moment(
        label=_("Expires"),
        required=False,
        help_text=_("From then on it cannot be applied any more; customers who have it keep it."),
    )
    limited_to = forms.ChoiceField(
        label=_("Applies to"), choices=LIMITS, widget=Tiles, initial="none"
    )
    plan_codes = forms.MultipleChoiceField(
        label=_("Plans"), required=False, widget=forms.CheckboxSelectMultiple
    )
    billable_metric_codes = forms.MultipleChoiceField(
        label=_("Billable metrics"), required=False, widget=forms.CheckboxSelectMultiple
    )

    sections = [
        (_("Coupon"), _("What people see."), "name code description+", 2),
        (
            _("Reduction"),
            _("What it takes off each invoice, before taxes."),
            "coupon_type+ amount amount_currency percentage_rate frequency+ frequency_duration",
            2,
        ),
        (
            _("Limits"),
            _("To whom it may be given, and for which fees."),
            "reusable+ expiration_at limited_to+ plan_codes+ billable_metric_codes+",
            2,
        ),
    ]
    when = {
        "amount": f"coupon_type={FIXED}",
        "amount_currency": f"coupon_type={FIXED}",
        "percentage_rate": f"coupon_type={PERCENTAGE}",
        "frequency_duration": "frequency=recurring",
        "plan_codes": "limited_to=plans",
        "billable_metric_codes": "limited_to=metrics",
    }

    def __init__(self, *args: Any, organization: Organization, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["expiration_at"].zone = organization.timezone  # type: ignore[attr-defined]
        self.fields["plan_codes"].choices = reads.plan_choices(organization)  # type: ignore[attr-defined]
        self.fields["billable_metric_codes"].choices = reads.metric_choices(organization)  # type: ignore[attr-defined]
        if not self.initial.get("amount_currency"):
            self.initial["amount_currency"] = organization.default_currency

    def needed(self, cleaned: dict[str, Any]) -> list[str]:
        """Return the fields that the type and the frequency make necessary."""
        own = {FIXED: ["amount", "amount_currency"], PERCENTAGE: ["percentage_rate"]}
        return [*super().needed(cleaned), *own.get(cleaned.get("coupon_type", ""), [])]

    def columns(self) -> dict[str, Any]:
        """Return the columns of the coupon."""
        cleaned = self.cleaned_data
        moment = cleaned.get("expiration_at")
        return self.terms() | {
            "name": cleaned["name"],
            "code": cleaned["code"],
            "description": cleaned.get("description") or None,
            "coupon_type": cleaned["coupon_type"],
            "reusable": cleaned.get("reusable", False),
            "expiration": Expiration.TIME_LIMIT if moment else Expiration.NO_EXPIRATION,
            "expiration_at": moment,
        }

    def limits(self) -> Limits:
        """Return the plans or metrics that were chosen for the kind of limit that was chosen."""
        cleaned, kind = self.cleaned_data, self.cleaned_data["limited_to"]
        return Limits(
            tuple(cleaned["plan_codes"]) if kind == "plans" else (),
            tuple(cleaned["billable_metric_codes"]) if kind == "metrics" else (),
        )


def initial_of(coupon: Coupon) -> dict[str, Any]:
    """Return a coupon's values as its form shows them."""
    plans = sorted(plan.code for plan in coupon.plans.all())
    metrics = sorted(metric.code for metric in coupon.billable_metrics.all())
    names = ("name", "code", "description", "coupon_type", "reusable", "expiration_at")
    return _terms_of(coupon) | {
        **{name: getattr(coupon, name) for name in names},
        "limited_to": "plans" if plans else "metrics" if metrics else "none",
        "plan_codes": plans,
        "billable_metric_codes": metrics,
    }


def locked_fields(reason: str) -> dict[str, str]:
    """Return the fields that an applied coupon keeps, each with the reason."""
    columns = {*LOCKED_COLUMNS, "limited_to", "plan_codes", "billable_metric_codes", "amount"}
    return {name: reason for name in CouponForm.base_fields if name in columns}


class ApplyForm(TermsForm):
    """A coupon for a customer, with a copy of its terms that may be changed."""

    coupon = forms.ChoiceField(label=_("Coupon"), widget=Combobox)

    def __init__(
        self, *args: Any, coupons: list[Coupon], chosen: Coupon | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choices = [("", _("Choose a coupon")), *((str(one.pk), one.name) for one in coupons)]
        self.fields["coupon"].choices = choices  # type: ignore[attr-defined]
        self.own: list[str] = []
        self.fields["frequency"].required = chosen is not None  # it is asked for once there is one
        if chosen is not None:
            self.initial |= _terms_of(chosen) | {"coupon": str(chosen.pk)}
            is_fixed = chosen.coupon_type == CouponType.FIXED_AMOUNT
            self.own = ["amount", "amount_currency"] if is_fixed else ["percentage_rate"]
        for name in self.own:
            self.fields[name].required = True

    @property
    def layout(self) -> str:
        """The terms that the chosen coupon has."""
        return f"{' '.join(self.own)} frequency+ frequency_duration"


def _terms_of(row: Coupon | AppliedCoupon) -> dict[str, Any]:
    amount = None
    if row.amount_cents is not None and row.amount_currency:
        amount = Money(row.amount_cents, row.amount_currency).amount
    rate = row.percentage_rate
    return {
        "amount": amount,
        "amount_currency": row.amount_currency,
        "percentage_rate": None if rate is None else f"{rate.normalize():f}",
        "frequency": row.frequency or Frequency.ONCE,
        "frequency_duration": row.frequency_duration,
    }
