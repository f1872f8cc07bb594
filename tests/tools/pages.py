"""The pages of the console that are worth a look, in the demo as `manage.py up` loads it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.conftest import chromium

ROOT = Path(__file__).parents[2]
CARRIER, INVOICE = "JetBlue Airways", "NYA-004-002"
Show = Callable[[Any], None]


@contextmanager
def browser_at(address: str) -> Iterator[Any]:
    """Give a browser's context in which the demo's owner is signed in."""
    with sync_playwright() as playwright:
        words = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium(), args=words)
        context = browser.new_context(base_url=address, reduced_motion="reduce")
        _sign_in(context.new_page())
        yield context
        browser.close()


def _sign_in(page: Any) -> None:
    newest = max((ROOT / ".local").glob("demo-*.json"), key=lambda path: path.stat().st_mtime)
    access = json.loads(newest.read_text())
    page.goto("/customers/")
    page.get_by_label("E-mail").fill(access["email"])
    page.get_by_label("Password").fill(access["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/customers/")
    page.close()


def _at(url: str, page: Any) -> None:
    page.goto(url)


def _first_of(url: str, page: Any) -> None:
    """Open the first row of a list."""
    page.goto(url)
    page.locator("tbody th a").first.click()
    page.wait_for_url(lambda address: not address.split("?")[0].endswith(url.split("?")[0]))


def _customer(page: Any) -> None:
    page.goto("/customers/")
    page.get_by_role("link", name=CARRIER).click()
    page.wait_for_url("**/customers/*/")


def _tab(path: str, page: Any) -> None:
    """Open a page below the customer's."""
    _customer(page)
    page.goto(page.url.split("?")[0] + path)


def _doing(entry: str, page: Any) -> None:
    """Begin one of the customer's actions."""
    _customer(page)
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name=entry).click()
    page.wait_for_load_state("networkidle")


def _actions(page: Any) -> None:
    _customer(page)
    page.get_by_role("button", name="Actions", exact=True).click()


def _invoice(page: Any) -> None:
    page.goto("/invoices/?q=JetBlue")
    page.get_by_role("link", name=INVOICE).click()
    page.wait_for_url("**/invoices/*/")


def _explanation(page: Any) -> None:
    _invoice(page)
    line = page.get_by_role("row").filter(has_text="Miles")
    line.get_by_role("link", name="Explain this amount").click()
    page.get_by_role("dialog").wait_for()


def _plan(page: Any) -> None:
    """Show a plan with its charges and what a period would cost."""
    page.goto("/plans/")
    page.get_by_role("link", name="Airport services").click()
    page.wait_for_load_state("networkidle")
    units = {"Departures": "2500", "Miles": "2600000", "Aircraft": "180", "Cancellations": "25"}
    with page.expect_response(lambda answer: "units-" in answer.url):
        for charge, number in units.items():
            page.get_by_role("row").filter(has_text=charge).get_by_role("textbox").fill(number)


def _palette(page: Any) -> None:
    page.goto("/customers/")
    page.keyboard.press("Control+k")
    page.keyboard.type("jet")
    page.get_by_role("dialog").get_by_text(CARRIER).first.wait_for()


PAGES: dict[str, Show] = {
    "customers": partial(_at, "/customers/?sort=name"),
    "customer-form": partial(_at, "/customers/new/"),
    "customer-import": partial(_at, "/customers/import/"),
    "actions": _actions,
    "overview": partial(_tab, "overview/"),
    "usage": partial(_tab, "usage/"),
    "customer-invoices": partial(_tab, "invoices/"),
    "customer-wallets": partial(_tab, "wallets/"),
    "customer-coupons": partial(_tab, "coupons/"),
    "timeline": partial(_tab, "timeline/"),
    "customer-settings": partial(_tab, "settings/"),
    "add-plan": partial(_doing, "Add a plan"),
    "apply-coupon": partial(_doing, "Apply coupon"),
    "one-off-invoice": partial(_doing, "Create one-off invoice"),
    "wallet-form": partial(_doing, "Add wallet & credits"),
    "deletion": partial(_doing, "Delete customer"),
    "subscriptions": partial(_at, "/subscriptions/"),
    "subscription": partial(_first_of, "/subscriptions/"),
    "invoices": partial(_at, "/invoices/"),
    "invoice": _invoice,
    "explanation": _explanation,
    "payments": partial(_at, "/payments/"),
    "credit-notes": partial(_at, "/credit-notes/"),
    "metrics": partial(_at, "/metrics/"),
    "metric": partial(_first_of, "/metrics/"),
    "plans": partial(_at, "/plans/"),
    "plan": _plan,
    "plan-form": partial(_at, "/plans/new/"),
    "add-ons": partial(_at, "/add-ons/"),
    "coupons": partial(_at, "/coupons/"),
    "taxes": partial(_at, "/taxes/"),
    "analytics": partial(_at, "/analytics/"),
    "api-keys": partial(_at, "/developers/"),
    "webhooks": partial(_at, "/developers/webhooks/"),
    "deliveries": partial(_at, "/developers/deliveries/"),
    "events": partial(_at, "/developers/events/?q=B6-airport"),
    "api-log": partial(_at, "/developers/requests/"),
    "first-steps": partial(_at, "/start/"),
    "settings": partial(_at, "/settings/"),
    "invoice-settings": partial(_at, "/settings/invoices/"),
    "numbering": partial(_at, "/settings/numbering/"),
    "e-mails": partial(_at, "/settings/emails/"),
    "members": partial(_at, "/settings/members/"),
    "payment-providers": partial(_at, "/settings/payment-providers/"),
    "dunning": partial(_at, "/settings/dunning/"),
    "account": partial(_at, "/account/"),
    "command-palette": _palette,
}
"""The name of each page, and how to come to it."""
