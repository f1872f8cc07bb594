"""What axe finds on pages, and whether they fit the screen: wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

AXE = Path(__file__).parent.parent / "vendor" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = {"type": "rule", "values": ["color-contrast"]}  # all that a colour scheme changes
EVERYTHING = {"type": "tag", "values": RULES}
LOOKS = ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark"))


def faults(page: Any, rules: dict[str, Any] = EVERYTHING) -> list[str]:
    """Return what axe finds on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found["violations"]]


def faults_of_pages(page: Any, paths: Iterable[str]) -> dict[str, list[str]]:
    """Open each path and return what is wrong with it at every width and in every scheme, if anything is."""
    found = {}
    for path in paths:
        page.goto(page.address + path)
        expect(page.locator(".htmx-request")).to_have_count(0)
        found[path] = faults_in_looks(page, LOOKS)
    return {path: wrong for path, wrong in found.items() if wrong}


def faults_in_looks(page: Any, looks: Iterable[tuple[int, str]]) -> list[str]:
    """Return what is wrong with the open page in each look; leaves it in the last one."""
    found, seen = [], set()
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        rules = CONTRAST if width in seen else EVERYTHING
        found += [f"{width} {scheme}: {one}" for one in faults(page, rules)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: too wide")
        seen.add(width)
    return found
