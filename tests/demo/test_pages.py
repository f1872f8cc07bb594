"""Every page of the console that a click leads to, on the demo: it is there, fits, and axe finds nothing."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.accessibility import faults

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ELSEWHERE = re.compile(r"^/(admin|api|documents|sign-out|switch|theme|static)/|/pdf/$")
LINKS = "[...document.querySelectorAll('main a[href], nav a[href]')].map((one) => one.href)"
FEWEST = 90
"""Different pages that a click leads to; fewer mean that links have gone."""


def kind_of(address: str) -> str:
    """Return what two addresses have in common that show the same page of two things."""
    return ID.sub("*", address)


def pages_behind(page: Any) -> list[str]:
    """Return the addresses of the console that the page leads to, without queries and files."""
    found = [urlsplit(link) for link in page.evaluate(LINKS)]
    own = urlsplit(page.address).netloc
    paths = [link.path for link in found if link.netloc == own and not link.query]
    return [path for path in paths if not ELSEWHERE.search(path)]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_every_page_that_a_click_leads_to(owner_page: Any, scheme: str, width: int) -> None:
    page = owner_page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    waiting, seen, wrong = ["/customers/"], {"/customers/"}, {}

    while waiting:
        address = waiting.pop()
        answer = page.goto(page.address + address)
        is_wide = page.evaluate("document.documentElement.scrollWidth") > width
        found = [*faults(page), *["too wide"] * is_wide, *complaints]
        if answer.status != 200 or found:
            wrong[address] = [answer.status, *found]
        complaints.clear()
        for path in pages_behind(page):
            if kind_of(path) not in seen:
                seen.add(kind_of(path))
                waiting.append(path)

    assert wrong == {}
    assert len(seen) >= FEWEST
