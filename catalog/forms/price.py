"""The price of a charge, whatever its model: fields, and ranges as rows that grow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from catalog.forms.common import plain, words_of
from catalog.models.charge import ChargeModel
from console.forms import Amount, ConsoleForm, EditForm

MODELS = [
    (ChargeModel.STANDARD.value, _("Standard: each unit costs the same")),
    (ChargeModel.GRADUATED.value, _("Graduated: each tier has its price")),
    (ChargeModel.VOLUME.value, _("Volume: all units at the price of the tier they reach")),
    (ChargeModel.PACKAGE.value, _("Package: a price for so many units")),
    (ChargeModel.PERCENTAGE.value, _("Percentage of the units")),
    (ChargeModel.GRADUATED_PERCENTAGE.value, _("Graduated percentage: each tier has its rate")),
    (ChargeModel.DYNAMIC.value, _("Dynamic: each event brings its amount")),
]
FIXED_MODELS = MODELS[:3]
TABLES = {
    "graduated": ("graduated_ranges", "per_unit_amount"),
    "volume": ("volume_ranges", "per_unit_amount"),
    "graduated_percentage": ("graduated_percentage_ranges", "rate"),
}
PERCENTAGE = {
    "fixed_amount": "fixed_amount",
    "free_events": "free_units_per_events",
    "free_total": "free_units_per_total_aggregation",
    "minimum": "per_transaction_min_amount",
    "maximum": "per_transaction_max_amount",
}


def number(label: Any, **options: Any) -> Amount:
    """Return a field for a price or a number of units, with as many decimals as are typed."""
    options.setdefault("required", False)
    return Amount(label=label, max_digits=30, **options)


class PriceForm(EditForm):
    """A model and what it asks for."""

    charge_model = forms.ChoiceField(label=_("Model"), choices=MODELS)
    amount = number(_("Price"))
    package_size = forms.IntegerField(label=_("Units in a package"), required=False, min_value=1)
    free_units = forms.IntegerField(label=_("Free units"), required=False, min_value=0)
    rate = number(_("Rate in percent"))
    fixed_amount = number(_("Fixed amount of each event"))
    free_events = forms.IntegerField(label=_("Free events"), required=False, min_value=1)
    free_total = number(_("Free up to a sum of"))
    minimum = number(_("At least, for each event"))
    maximum = number(_("At most, for each event"))
    grouping = forms.CharField(
        label=_("Group by"),
        required=False,
        max_length=2000,
        help_text=_(
            "Properties of the events, separated by commas: a line of the invoice for each value."
        ),
    )

    tiers = forms.CharField(label=_("Tiers"), required=False, widget=forms.HiddenInput)
    """The tiers as they were shown, so that another one's change of them is noticed."""

    price_layout = (
        "charge_model+ amount package_size free_units rate fixed_amount free_events free_total "
        "minimum maximum"
    )
    when = {
        "amount": "charge_model=standard|package",
        "package_size": "charge_model=package",
        "free_units": "charge_model=package",
        **dict.fromkeys(("rate", *PERCENTAGE), "charge_model=percentage"),
    }
    needed = {"standard": ["amount"], "package": ["amount", "package_size"], "percentage": ["rate"]}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.needed.get(self.model, []):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    @property
    def model(self) -> str:
        """The chosen model."""
        return str(self.cleaned_data.get("charge_model", ""))

    def properties(self, ranges: BaseRanges) -> dict[str, Any]:
        """Return the price as a charge stores it."""
        typed, found = self.cleaned_data, dict[str, Any]()
        if self.model in ("standard", "package"):
            found["amount"] = plain(typed["amount"])
        if self.model == "package":
            found |= {"package_size": typed["package_size"], "free_units": typed["free_units"] or 0}
        if self.model == "percentage":
            found["rate"] = plain(typed["rate"])
            for name, stored in PERCENTAGE.items():
                value = typed.get(name)
                if value is not None:
                    found[stored] = value if isinstance(value, int) else plain(value)
        if self.model in TABLES:
            table, price = TABLES[self.model]
            found[table] = ranges.table(price)
        if typed.get("grouping"):
            found["pricing_group_keys"] = words_of(typed["grouping"])
        return found


class RangeForm(ConsoleForm):
    """A tier: it ends with its last unit, and the last one is open."""

    up_to = number(_("Last unit"), help_text="")
    price = number(_("Price or rate of a unit"), required=True)
    flat = number(_("Flat amount"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["up_to"].widget.attrs["placeholder"] = _("and more")
        self.fields["flat"].widget.attrs["placeholder"] = "0"


class BaseRanges(forms.BaseFormSet):
    """All tiers, in ascending order; only the last one is open."""

    def clean(self) -> None:
        ends = [row["up_to"] for row in self.rows()]
        bounded, last = ends[:-1], ends[-1:]
        if any(end is None for end in bounded) or (last and last[0] is not None):
            raise forms.ValidationError(
                _("Leave the last unit of the last tier empty, and only that.")
            )
        if any(
            after <= before for before, after in zip([Decimal(0), *bounded], bounded, strict=False)
        ):
            raise forms.ValidationError(_("Each tier ends after the one before it."))

    def rows(self) -> list[dict[str, Any]]:
        """Return the tiers that are not taken out again."""
        typed = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        return [row for row in typed if row.get("price") is not None and not row.get("DELETE")]

    def table(self, price: str) -> list[dict[str, Any]]:
        """Return the tiers as a charge stores them; tiers with broken ends touch each other."""
        rows, found, first = self.rows(), [], Decimal(0)
        is_adjacent = any(row["up_to"] is not None and row["up_to"] % 1 for row in rows)
        for row in rows:
            end = row["up_to"]
            found.append(
                {
                    "from_value": bound(first),
                    "to_value": None if end is None else bound(end),
                    price: plain(row["price"]),
                    "flat_amount": plain(row.get("flat")),
                }
            )
            first = Decimal(0) if end is None else end + (0 if is_adjacent else 1)
        return found


Ranges = formset_factory(
    RangeForm, BaseRanges, extra=0, min_num=1, can_delete=True, max_num=50, validate_max=True
)


def bound(value: Decimal) -> int | str:
    """Return the end of a tier as it is stored: whole numbers as such."""
    return int(value) if value == int(value) else f"{value.normalize():f}"


def price_of(model: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored price as the form shows it."""
    names = {name: name for name in ("amount", "package_size", "free_units", "rate")} | PERCENTAGE
    found = {name: properties.get(stored) for name, stored in names.items()}
    keys = properties.get("pricing_group_keys") or properties.get("grouped_by") or []
    return found | {"charge_model": model, "grouping": ", ".join(keys)}


def written_tiers(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return tiers in a line: ``100: 0.5; …: 0.4 + 10``."""
    return "; ".join(
        f"{'…' if row['up_to'] is None else row['up_to']}: {row['price']}"
        + (f" + {row['flat']}" if row["flat"] else "")
        for row in rows
    )


def ranges_of(model: str, properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tiers of a stored price as rows of the form."""
    table, price = TABLES.get(model, ("", ""))
    return [
        {
            "up_to": row.get("to_value"),
            "price": row.get(price),
            "flat": row.get("flat_amount") if Decimal(str(row.get("flat_amount") or 0)) else None,
        }
        for row in properties.get(table) or []
    ]
