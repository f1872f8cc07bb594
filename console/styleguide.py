"""Sample data for the style guide. Nothing here is read from the database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import formset_factory
from django.http import HttpRequest

from billing.money import Money
from console import charts, formats
from console.forms import Amount, Combobox, ConsoleForm, DayInput, Tiles
from console.listing import Choice, Column, Filter, Listing

AT = datetime(2026, 7, 23, 14, 5, 12, tzinfo=UTC)
PER_DAY = (
    12000, 14519, 16801, 18634, 19855, 25770, 25561, 19292, 17898, 16171, 14342, 12652, 16725,
    15949, 10447, 11071, 12392, 14304, 16636, 24571, 27069, 23896, 25645, 26765, 27170, 26856,
    31298, 29840, 22683, 20859, 19209,
)  # fmt: skip


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
        **_charts(),
    }  # fmt: skip


TABS = [
    ("Overview", None), ("Usage", None), ("Invoices", 12), ("Payments", None), ("Credit notes", None),
    ("Wallets", 1), ("Coupons", None), ("Timeline", None), ("Settings", None),
]  # fmt: skip
KPIS = [
    {"label": "Current period", "value": "€5,732.32", "note": "+12.4 % vs. June", "trend": "up"},
    {"label": "MRR", "value": "€4,180.00", "note": "2 subscriptions"},
    {
        "label": "Balance due",
        "value": "€1,240.00",
        "note": "1 invoice · 6 days overdue",
        "tone": "bad",
        "url": "#due",
    },
    {"label": "Wallet credit", "value": "€320.50", "note": "expires 31 Dec 2026"},
]
ACTIONS = [
    {"label": "Add a plan", "url": "#", "icon": "layers"},
    {"label": "Apply coupon", "url": "#", "icon": "ticket-percent"},
    {"label": "Create one-off invoice", "url": "#", "icon": "file-plus-2"},
    {
        "label": "Add wallet & credits",
        "url": "#",
        "icon": "wallet",
        "reason": "Six wallets are the most.",
    },
    {"label": "Edit customer", "url": "#", "icon": "pencil", "separator": True},
    {
        "label": "Delete customer",
        "url": "#",
        "icon": "trash-2",
        "is_danger": True,
        "separator": True,
    },
]
USAGE = [
    ("API calls", "Graduated", Decimal(8412906), Decimal(10000000), 210322),
    ("Storage", "Volume · peak", Decimal(1920), Decimal(2000), 38400),
    ("Active seats", "Per unit · prorated", Decimal(38), Decimal(50), 115000),
    ("Compute minutes", "Package of 1,000", Decimal(318204), Decimal(250000), 95550),
    ("Outbound traffic", "Percentage + minimum", Decimal("7.4"), Decimal(20), 14800),
]
EFFECTS = [
    {
        "label": "2 subscriptions end now",
        "detail": "Scale v3, Support",
        "icon": "repeat",
        "tone": "bad",
    },
    {
        "label": "Invoice for 1–23 July is issued",
        "detail": "usage and the last month",
        "icon": "file-text",
        "amount": "€2,310.40",
    },
    {
        "label": "Credit note for unused days is issued",
        "icon": "receipt-text",
        "amount": "−€131.25",
        "tone": "ok",
    },
    {
        "label": "320.5 credits are voided",
        "detail": "Wallet “Prepaid”",
        "icon": "wallet",
        "amount": "€320.50",
        "tone": "warn",
    },
    {"label": "12 invoices and 1 credit note stay", "icon": "lock"},
]
STEPS = [
    {
        "label": "0 – 1,000,000",
        "detail": "flat €50.00",
        "units": "1,000,000",
        "price": "€0.0003",
        "amount": "€350.00",
    },
    {
        "label": "1,000,001 – 5,000,000",
        "units": "4,000,000",
        "price": "€0.00025",
        "amount": "€1,000.00",
    },
    {"label": "5,000,001 and more", "units": "3,412,906", "price": "€0.00022", "amount": "€750.84"},
]
TIMELINE = [
    {
        "title": "Invoice HOO-2026-007 was finalized",
        "actor": "Schedule",
        "icon": "file-check",
        "tone": "ok",
        "url": "#",
    },
    {
        "title": "Plan changed to Scale v3",
        "actor": "Ada Kern",
        "icon": "repeat",
        "tone": "accent",
        "changes": [("Plan", "Scale v2", "Scale v3"), ("Units", None, "46")],
    },
    {
        "title": "Payment of €1,240.00 failed",
        "actor": "API key “production”",
        "icon": "circle-x",
        "tone": "bad",
        "detail": "card declined",
    },
]

__all__ = ["Choice", "context", "listing"]
