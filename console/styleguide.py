"""Sample data for the style guide. Nothing here is read from the database."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.http import HttpRequest

from billing.errors import DomainError
from billing.money import Money
from console import charts, formats
from console.forms import Amount, Combobox, ConsoleForm, DayInput, Tiles
from console.listing import Column, Filter, Listing
from console.samples import (
    ACTIONS,
    AT,
    CONFIRM,
    EFFECTS,
    KPIS,
    PER_DAY,
    STEPS,
    TABS,
    TIMELINE,
    USAGE,
)


class SampleForm(ConsoleForm):
    """One of each control."""

    name = forms.CharField(label="Name", max_length=255)
    external_id = forms.CharField(
        label="External ID", help_text="The customer's unique ID in your backend.", required=True
    )
    timezone = forms.ChoiceField(
        label="Time zone",
        required=False,
        widget=Combobox,
        help_text="Empty: America/New_York, inherited from the organization.",
    )
    currency = forms.ChoiceField(
        label="Currency", choices=[("EUR", "EUR · Euro"), ("USD", "USD · US dollar")]
    )
    amount = Amount(label="Amount", required=False)
    start = forms.DateField(label="Start", required=False, widget=DayInput)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea({"rows": 3}))
    billing_time = forms.ChoiceField(
        label="Billing time",
        choices=[("calendar", "Beginning of the month"), ("anniversary", "Subscription date")],
        widget=Tiles,
        initial="calendar",
    )
    same = forms.BooleanField(label="Ship to the billing address", required=False)

    sections = [
        ("Customer", "Who is billed.", "name external_id timezone+ currency amount", 2),
        ("Terms", "When and how.", "billing_time+ start note+ same+", 2),
    ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["timezone"].choices = [("", "Inherit"), *formats.zone_choices(AT)]  # type: ignore[attr-defined]


class SampleRow(ConsoleForm):
    """A line of metadata."""

    key = forms.CharField(label="Key", max_length=20)
    value = forms.CharField(label="Value", max_length=100)


Rows = formset_factory(SampleRow, extra=0, can_delete=True, max_num=5)


class SampleList(Listing):
    """A list over lines of text instead of rows of a database."""

    NAMES = ("Hooli Analytics GmbH", "Globex", "Initech", "Umbrella", "Stark Industries", "Wayne")

    @cached_property
    def page(self) -> Any:  # type: ignore[override]
        """The page asked for, of lines."""
        return Paginator(self.matching, self.size).get_page(self._read("page") or 1)

    @property
    def matching(self) -> Any:  # type: ignore[override]
        """Lines whose name contains the term, in the order asked for."""
        lines = [
            {
                "name": f"{name} {number}",
                "id": f"cus_{number:03}{index}",
                "mrr": 418000 * number + index * 731,
                "is_active": number % 3 != 0,
                "at": AT,
            }
            for number in range(1, 12)
            for index, name in enumerate(self.NAMES)
            if self.term.casefold() in f"{name} {number}".casefold()
        ]
        wanted = next((one.value for one in self.choices), "")
        if wanted:
            lines = [line for line in lines if line["is_active"] == (wanted == "active")]
        key, is_downwards = self.sort
        return sorted(lines, key=lambda line: (line[key], line["id"]), reverse=is_downwards)


def listing(request: HttpRequest) -> SampleList:
    """Return the sample list as the address asks for it."""
    return SampleList(
        request,
        None,  # type: ignore[arg-type]
        name="sample-list",
        columns=[
            Column("name", "Customer", order=("name",)),
            Column("status", "Status"),
            Column("mrr", "MRR", order=("mrr",), is_number=True),
            Column("at", "Created", order=("at",)),
            Column("menu", "Actions", is_hidden=True),
        ],
        filters=[
            Filter("status", "Status", [("active", "Active"), ("ended", "Ended")], lambda r, v: r)
        ],
        search=lambda rows, term: rows,
        default="name",
        can_export=True,
    )


def _points() -> list[charts.Point]:
    return [
        charts.Point(
            str(number), cents, f"{number} July: {formats.money(cents, 'EUR')}", number > 23
        )
        for number, cents in enumerate(PER_DAY, 1)
    ]


def _write(value: Decimal) -> str:
    return formats.money(int(value), "EUR")


def _charts() -> dict[str, Any]:
    months = "Jan Feb Mar Apr May Jun Jul Aug".split()
    falling = (40000, 38000, 31000, 31000, 22050, 20000, 42050, 32050)
    rising = (12000, 13500, 13500, 19000, 22000, 26500, 31000, 36000)
    balance = [
        charts.Point(m, c, f"{m}: {_write(Decimal(c))}")
        for m, c in zip(months, falling, strict=True)
    ]
    revenue = [
        charts.Point(m, c, f"{m}: {_write(Decimal(c))}")
        for m, c in zip(months, rising, strict=True)
    ]
    return {
        "per_day": charts.bars(_points(), label="Spend per day, July 2026", write=_write),
        "balance": charts.lines(
            [("Balance", balance)], label="Balance of the wallet", write=_write
        ),
        "two": charts.lines(
            [("MRR", revenue), ("One-off", balance)], label="MRR and one-off revenue", write=_write
        ),
    }


def _form() -> SampleForm:
    form = SampleForm({"name": "", "external_id": "hooli", "currency": "EUR", "timezone": ""}, locked={"currency": "Locked: 2 subscriptions, 5 invoices, 1 wallet."}, initial={"currency": "EUR"})  # fmt: skip
    form.add_error("external_id", "Another customer has this external ID. Choose a different one.")
    return form


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what the style guide shows."""
    return {
        "listing": listing(request),
        "at": AT,
        "money": Money(573232, "EUR"),
        "form": _form(),
        "rows": Rows(initial=[{"key": "segment", "value": "enterprise"}, {"key": "owner", "value": "ak"}], prefix="metadata"),
        "crumbs": [("Customers", "/customers/"), ("Hooli Analytics GmbH", "")],
        "tabs": [{"label": label, "url": "#", "is_current": label == "Usage", "count": count} for label, count in TABS],
        "kpis": KPIS,
        "actions": ACTIONS,
        "usage": USAGE,
        "effects": EFFECTS,
        "steps": STEPS,
        "timeline": [{**entry, "at": AT} for entry in TIMELINE],
        "row_actions": [
            {"label": "Edit", "url": "#", "icon": "pencil"},
            {"label": "Delete", "url": "#", "icon": "trash-2", "is_danger": True, "separator": True},
        ],
        "zone": "Europe/Berlin",
        **CONFIRM,
        **_charts(),
    }  # fmt: skip


def may_go_on(request: HttpRequest, context: dict[str, Any]) -> bool:
    """Say whether the sample's external ID was typed; a refusal in the domain when it is "stale"."""
    typed = request.POST.get("typed", "")
    if typed == "stale":
        raise DomainError("plan_changed", "Something has changed since. Look again.")
    if typed != CONFIRM["type_to_confirm"]:
        context["typed_error"] = "This is not the external ID."
    return "typed_error" not in context
