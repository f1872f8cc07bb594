"""Take the pictures of docs/screenshots from the demo as it runs.

python3 manage.py up                                # in one terminal
.venv/bin/python -m tests.tools.screenshots         # in another; --address if it is not port 8000
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.conftest import chromium

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "screenshots"
WIDE, PHONE = {"width": 1280, "height": 820}, {"width": 390, "height": 844}
LARGEST = 300_000
CARRIER = "JetBlue Airways"


def sign_in(page: Any) -> None:
    """Sign in as the demo's owner."""
    newest = max((ROOT / ".local").glob("demo-*.json"), key=lambda path: path.stat().st_mtime)
    access = json.loads(newest.read_text())
    page.goto("/customers/")
    page.get_by_label("E-mail").fill(access["email"])
    page.get_by_label("Password").fill(access["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/customers/")


def customers(page: Any) -> None:
    """Show the list of customers."""
    page.goto("/customers/?sort=name")


def usage(page: Any) -> None:
    """Show what a customer has used since the beginning of the month."""
    page.goto("/customers/")
    page.get_by_role("link", name=CARRIER).click()


def explanation(page: Any) -> None:
    """Show how an amount of an invoice came about."""
    page.goto("/invoices/?q=JetBlue")
    page.get_by_role("link", name="NYA-004-002").click()
    line = page.get_by_role("row").filter(has_text="Miles")
    line.get_by_role("link", name="Explain this amount").click()
    page.get_by_role("dialog").wait_for()


def deletion(page: Any) -> None:
    """Show what deleting a customer would do."""
    usage(page)
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Delete customer").click()
    page.locator("#deletion").wait_for()


def plan(page: Any) -> None:
    """Show a plan with its charges and what a period would cost."""
    page.goto("/plans/")
    page.get_by_role("link", name="Airport services").click()
    page.wait_for_load_state("networkidle")
    units = {"Departures": "2500", "Miles": "2600000", "Aircraft": "180", "Cancellations": "25"}
    for charge, number in units.items():
        page.get_by_role("row").filter(has_text=charge).get_by_role("textbox").fill(number)


def plan_form(page: Any) -> None:
    """Show the form of a plan."""
    page.goto("/plans/new/")


def analytics(page: Any) -> None:
    """Show revenue and what is due."""
    page.goto("/analytics/")


PICTURES: list[tuple[str, Callable[[Any], None], str, dict[str, int]]] = [
    ("customers", customers, "light", WIDE),
    ("usage", usage, "light", WIDE),
    ("usage-dark", usage, "dark", WIDE),
    ("explanation", explanation, "light", WIDE),
    ("deletion", deletion, "light", WIDE),
    ("plan", plan, "light", WIDE),
    ("plan-form", plan_form, "light", WIDE),
    ("analytics", analytics, "light", WIDE),
    ("phone", usage, "light", PHONE),
]


def main() -> None:
    """Take each picture and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    address = parser.parse_args().address
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        words = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium(), args=words)
        context = browser.new_context(base_url=address, reduced_motion="reduce")
        page = context.new_page()
        sign_in(page)
        for name, show, scheme, size in PICTURES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size(size)  # type: ignore[arg-type]
            show(page)
            page.wait_for_load_state("networkidle")
            taken = page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
            assert len(taken) <= LARGEST, f"{name} has {len(taken)} bytes"
            print(f"{name}.png  {len(taken) // 1000} KB")


if __name__ == "__main__":
    main()
