"""Figures and sentences that the style guide shows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

AT = datetime(2026, 7, 23, 14, 5, 12, tzinfo=UTC)
PER_DAY = (
    12000, 14519, 16801, 18634, 19855, 25770, 25561, 19292, 17898, 16171, 14342, 12652, 16725,
    15949, 10447, 11071, 12392, 14304, 16636, 24571, 27069, 23896, 25645, 26765, 27170, 26856,
    31298, 29840, 22683, 20859, 19209,
)  # fmt: skip
CONFIRM: dict[str, Any] = {
    "title": "Delete Hooli Analytics GmbH?",
    "text": "This happens at once and cannot be undone:",
    "action": "/console/styleguide/",
    "submit_label": "Delete customer",
    "danger": True,
    "type_to_confirm": "cus_8KQ2",
    "cancel_url": "#",
}
TABS = [
    ("Overview", None), ("Usage", None), ("Invoices", 12), ("Payments", None), ("Credit notes", None),
    ("Wallets", 1), ("Coupons", None), ("Timeline", None), ("Settings", None),
]  # fmt: skip
KPIS: list[dict[str, Any]] = [
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
ACTIONS: list[dict[str, Any]] = [
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
        "url": "/console/styleguide/",
        "dialog": True,
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
TIMELINE: list[dict[str, Any]] = [
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
