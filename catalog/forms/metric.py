"""A billable metric with the properties that charges may price by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from catalog.forms.common import words_of
from catalog.models import BillableMetric
from catalog.models.metric import Aggregation, RoundingFunction, WeightedInterval
from console.forms import ConsoleForm, EditForm
from console.rows import EditRows

NAMES = (
    "name",
    "code",
    "description",
    "aggregation_type",
    "field_name",
    "recurring",
    "rounding_function",
    "rounding_precision",
    "expression",
)
WITH_FIELD = "|".join(kind for kind in Aggregation.values if kind != Aggregation.COUNT)
MAY_RECUR = "|".join([Aggregation.SUM, Aggregation.UNIQUE_COUNT, Aggregation.WEIGHTED_SUM])
AGGREGATIONS = [
    (Aggregation.COUNT.value, _("Count the events")),
    (Aggregation.SUM.value, _("Sum of a property")),
    (Aggregation.MAX.value, _("Highest value of a property")),
    (Aggregation.UNIQUE_COUNT.value, _("Number of different values of a property")),
    (Aggregation.LATEST.value, _("Latest value of a property")),
    (Aggregation.WEIGHTED_SUM.value, _("Sum of a property, weighted by time")),
]


class MetricForm(EditForm):
    """How events become a number of units."""

    name = forms.CharField(label=_("Name"), max_length=255)
    code = forms.CharField(
        label=_("Code"), max_length=255, help_text=_("The events of your backend carry it.")
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea({"rows": 2})
    )
    aggregation_type = forms.ChoiceField(label=_("Aggregation"), choices=AGGREGATIONS)
    field_name = forms.CharField(
        label=_("Property"),
        max_length=255,
        required=False,
        help_text=_("The property of the events that is read."),
    )
    recurring = forms.BooleanField(
        label=_("Carries over: the units of a period begin where the last one ended"),
        required=False,
    )
    expression = forms.CharField(
        label=_("Expression"),
        required=False,
        help_text=_("Works the property out of others: event.properties.gb * 1024"),
    )
    rounding_function = forms.ChoiceField(
        label=_("Rounding"), required=False, choices=[("", _("None")), *RoundingFunction.choices]
    )
    rounding_precision = forms.IntegerField(
        label=_("Decimals"), required=False, help_text=_("−2 rounds to hundreds.")
    )

    sections = [
        (_("Metric"), _("What is measured."), "name code description+", 2),
        (
            _("Aggregation"),
            _("How the events of a period become one number."),
            "aggregation_type field_name recurring+ expression+ rounding_function rounding_precision",
            2,
        ),
    ]
    when = {
        "field_name": f"aggregation_type={WITH_FIELD}",
        "expression": f"aggregation_type={WITH_FIELD}",
        "recurring": f"aggregation_type={MAY_RECUR}",
        "rounding_precision": "rounding_function=" + "|".join(RoundingFunction.values),
    }

    def columns(self) -> dict[str, Any]:
        """Return the columns of the metric."""
        typed = self.cleaned_data
        found = {name: None if typed.get(name) == "" else typed.get(name) for name in NAMES}
        kind = typed["aggregation_type"]
        if kind == Aggregation.COUNT:
            found["field_name"] = found["expression"] = None
        found["recurring"] = bool(typed["recurring"]) and kind in MAY_RECUR.split("|")
        found["weighted_interval"] = (
            WeightedInterval.SECONDS if kind == Aggregation.WEIGHTED_SUM else None
        )
        if not found["rounding_function"]:
            found["rounding_precision"] = None
        return found


class FilterForm(ConsoleForm):
    """A property by which charges may have different prices, with its values."""

    key = forms.CharField(label=_("Property"), max_length=255)
    values = forms.CharField(label=_("Values, separated by commas"), max_length=5000)

    def clean_values(self) -> list[str]:
        values = words_of(self.cleaned_data["values"])
        if not values:
            raise forms.ValidationError(_("Write at least one value."))
        return values


class BaseFilters(EditRows):
    """All filters, each property once."""

    identity = ("key",)

    def check(self, rows: list[dict[str, Any]]) -> None:
        keys = [one["key"] for one in rows]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("Write each property once."))

    def filters(self) -> list[dict[str, Any]]:
        """Return what is to be stored."""
        return [{"key": one["key"], "values": one["values"]} for one in self.kept()]


Filters = formset_factory(
    FilterForm, BaseFilters, extra=0, can_delete=True, max_num=20, validate_max=True
)


def initial_of(metric: BillableMetric) -> dict[str, Any]:
    """Return a metric's values as its form shows them."""
    return {name: getattr(metric, name) for name in NAMES}


def filters_of(metric: BillableMetric) -> list[dict[str, str]]:
    """Return a metric's filters as rows of the form; one query."""
    rows = metric.filters.order_by("created_at", "pk")
    return [{"key": row.key, "values": ", ".join(row.values)} for row in rows]
