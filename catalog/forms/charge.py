"""Charges of a plan: a metric with its price, its filters, an add-on with its units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.common import read_cents, tax_choices, taxes_field, written_amount
from catalog.forms.price import FIXED_MODELS, PriceForm, number, price_of
from catalog.models import AddOn, BillableMetric, Charge, ChargeFilter, FixedCharge, Plan
from console.forms import Amount, Combobox, Tiles

LIKE_PLAN = _("None chosen: those of the plan, else of the customer, else of the organization.")


class ChargeForm(PriceForm):
    """The price of a metric in a plan."""

    billable_metric_id = forms.ChoiceField(label=_("Billable metric"), widget=Combobox)
    invoice_display_name = forms.CharField(
        label=_("Name on invoices"),
        max_length=255,
        required=False,
        help_text=_("Empty: the metric's."),
    )
    code = forms.CharField(
        label=_("Code"), max_length=255, required=False, help_text=_("Empty: the metric's code.")
    )
    pay_in_advance = forms.ChoiceField(
        label=_("Usage is paid"),
        choices=[("no", _("At the end of the period")), ("yes", _("With each event"))],
        initial="no",
        widget=Tiles,
    )
    is_off_invoices = forms.BooleanField(label=_("Keep its fees off invoices"), required=False)
    regroups = forms.BooleanField(
        label=_("Put those that are paid on an invoice at the end of the period"), required=False
    )
    prorated = forms.BooleanField(
        label=_("Prorate units by the time they were there (metrics that carry over)"),
        required=False,
    )
    minimum_spend = Amount(
        label=_("Spending minimum of a period"),
        required=False,
        help_text=_("What is missing to it is billed."),
    )
    tax_codes = taxes_field(LIKE_PLAN)

    when = PriceForm.when | {
        "is_off_invoices": "pay_in_advance=yes",
        "regroups": "pay_in_advance=yes is_off_invoices=on",
        "minimum_spend": "pay_in_advance=no",
    }
    spoken_of = {
        "min_amount_cents": "minimum_spend",
        "invoiceable": "is_off_invoices",
        "regroup_paid_fees": "regroups",
        "properties": "charge_model",
        "pricing_group_keys": "grouping",
    }
    frozen = ("code", "charge_model", "pay_in_advance", "is_off_invoices", "prorated", "regroups")
    """Fields that a subscribed plan keeps."""

    def __init__(self, *args: Any, plan: Plan, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = plan.amount_currency
        self.fields["tax_codes"].choices = tax_choices(plan.organization)  # type: ignore[attr-defined]
        metrics = BillableMetric.objects.of(plan.organization).kept().order_by("name", "pk")
        choices = [(str(metric.pk), f"{metric.name} ({metric.code})") for metric in metrics]
        self.fields["billable_metric_id"].choices = [("", _("Choose a metric")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["min_amount_cents"] = read_cents(self, "minimum_spend", self.currency) or 0
        return cleaned

    def columns(self) -> dict[str, Any]:
        """Return the columns of the charge, without its price."""
        typed = self.cleaned_data
        is_ahead = typed["pay_in_advance"] == "yes"
        is_off = is_ahead and bool(typed["is_off_invoices"])
        found = {
            "billable_metric_id": typed["billable_metric_id"],
            "invoice_display_name": typed["invoice_display_name"] or None,
            "charge_model": typed["charge_model"],
            "pay_in_advance": is_ahead,
            "invoiceable": not is_off,
            "regroup_paid_fees": "invoice" if is_off and typed["regroups"] else None,
            "prorated": bool(typed["prorated"]),
            "min_amount_cents": 0 if is_ahead else typed["min_amount_cents"],
            "tax_codes": typed["tax_codes"],
        }
        return found | ({"code": typed["code"]} if typed["code"] else {})


def charge_initial(charge: Charge) -> dict[str, Any]:
    """Return a charge's values as its form shows them; one query."""
    names = ("invoice_display_name", "code", "prorated")
    return price_of(charge.charge_model, charge.properties) | {
        **{name: getattr(charge, name) for name in names},
        "billable_metric_id": str(charge.billable_metric_id),
        "pay_in_advance": "yes" if charge.pay_in_advance else "no",
        "is_off_invoices": not charge.invoiceable,
        "regroups": charge.regroup_paid_fees is not None,
        "minimum_spend": written_amount(
            charge.min_amount_cents or None, charge.plan.amount_currency
        ),
        "tax_codes": sorted(charge.taxes.values_list("code", flat=True)),
    }


class ChargeFilterForm(PriceForm):
    """Another price for the events that have some values; there is a field for each key of the metric."""

    invoice_display_name = forms.CharField(
        label=_("Name on invoices"),
        max_length=255,
        required=False,
        help_text=_("Empty: its values."),
    )

    spoken_of = {"properties": "charge_model", "values": "invoice_display_name"}

    def __init__(
        self, *args: Any, charge: Charge, keys: dict[str, list[str]], **options: Any
    ) -> None:
        locked = {"charge_model": _("That of the charge.")}
        super().__init__(*args, locked=locked, **options)
        self.initial.setdefault("charge_model", charge.charge_model)
        self.keys = keys
        for key, values in keys.items():
            self.fields[f"key-{key}"] = forms.MultipleChoiceField(
                label=key,
                choices=[(value, value) for value in values],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def key_fields(self) -> str:
        """The names of the fields of the keys, for the layout."""
        return " ".join(f"key-{key}" for key in self.keys)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.chosen():
            first = next(iter(self.keys), "")
            self.add_error(f"key-{first}" if first else None, _("Choose at least one value."))
        return cleaned

    def chosen(self) -> dict[str, list[str]]:
        """Return the chosen values of each key that has any."""
        typed = {key: self.cleaned_data.get(f"key-{key}") or [] for key in self.keys}
        return {key: values for key, values in typed.items() if values}


def filter_initial(row: ChargeFilter) -> dict[str, Any]:
    """Return a filter's values as its form shows them."""
    return price_of(row.charge.charge_model, row.properties) | {
        "invoice_display_name": row.invoice_display_name,
        **{f"key-{key}": values for key, values in row.values.items()},
    }


class FixedChargeForm(PriceForm):
    """A number of units of an add-on, billed each period."""

    add_on_id = forms.ChoiceField(label=_("Add-on"), widget=Combobox)
    units = number(_("Units"), required=True)
    invoice_display_name = forms.CharField(
        label=_("Name on invoices"),
        max_length=255,
        required=False,
        help_text=_("Empty: the add-on's."),
    )
    pay_in_advance = forms.ChoiceField(
        label=_("It is paid"),
        choices=[("no", _("At the end of the period")), ("yes", _("At its beginning"))],
        initial="no",
        widget=Tiles,
    )
    prorated = forms.BooleanField(label=_("Prorate units within a period"), required=False)
    apply_units_immediately = forms.BooleanField(
        label=_("Running subscriptions have new units at once, not from their next period on"),
        required=False,
    )
    tax_codes = taxes_field(LIKE_PLAN)

    spoken_of = {"properties": "charge_model"}
    frozen = ("charge_model", "pay_in_advance", "prorated")

    def __init__(self, *args: Any, plan: Plan, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["charge_model"].choices = FIXED_MODELS  # type: ignore[attr-defined]
        self.fields["tax_codes"].choices = tax_choices(plan.organization)  # type: ignore[attr-defined]
        rows = AddOn.objects.of(plan.organization).kept().order_by("name", "pk")
        choices = [(str(row.pk), f"{row.name} ({row.code})") for row in rows]
        self.fields["add_on_id"].choices = [("", _("Choose an add-on")), *choices]  # type: ignore[attr-defined]

    def columns(self) -> dict[str, Any]:
        """Return the columns of the fixed charge, without its price."""
        typed = self.cleaned_data
        return {
            "add_on_id": typed["add_on_id"],
            "units": typed["units"],
            "invoice_display_name": typed["invoice_display_name"] or None,
            "charge_model": typed["charge_model"],
            "pay_in_advance": typed["pay_in_advance"] == "yes",
            "prorated": bool(typed["prorated"]),
            "apply_units_immediately": bool(typed["apply_units_immediately"]),
            "tax_codes": typed["tax_codes"],
        }


def fixed_initial(charge: FixedCharge) -> dict[str, Any]:
    """Return a fixed charge's values as its form shows them; one query."""
    return price_of(charge.charge_model, charge.properties) | {
        "add_on_id": str(charge.add_on_id),
        "units": f"{charge.units.normalize():f}",
        "invoice_display_name": charge.invoice_display_name,
        "pay_in_advance": "yes" if charge.pay_in_advance else "no",
        "prorated": charge.prorated,
        "tax_codes": sorted(charge.taxes.values_list("code", flat=True)),
    }
