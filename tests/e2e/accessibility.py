"""What axe finds on pages, and whether they fit the screen: wide and narrow, light and dark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent.parent / "vendor" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
"""Describes only the nodes that break a rule; to describe all takes twice as long."""
LOOKS = ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark"))


def faults(page: Any) -> list[str]:
    """Return what axe finds on the page as it stands."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(RUN, RULES)
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found["violations"]]


def faults_of_pages(page: Any, paths: Collection[str]) -> dict[str, list[str]]:
    """Open each path in each look, and return by path what is wrong, if anything is."""
    found = defaultdict(list)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for path in paths:
            page.goto(page.address + path)
            if page.locator("[hx-trigger^=load]").count():
                page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong = faults(page) + [f"{wide} wide"] * (wide != width)
            found[path] += [f"{width} {scheme}: {one}" for one in wrong]
    return {path: wrong for path, wrong in found.items() if wrong}
