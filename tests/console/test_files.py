"""Templates, style sheets and vendored files keep the content security policy and their origin."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT: Path = settings.BASE_DIR
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle=",
    "a style element": r"<style",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "a handler in the markup": r"<[^>]*\son[a-z]+=",
    "an htmx handler that needs eval": r"hx-on|js:",
    "a foreign address": r"""(?:src|href|action)=["']https?://""",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        if re.search(FORBIDDEN[what], path.read_text())
    ]

    assert found == []


def test_every_template_compiles() -> None:
    for path in TEMPLATES:
        get_template(str(path.relative_to(ROOT / "templates")))


def test_components_say_what_they_take() -> None:
    silent = [
        path.name
        for path in (ROOT / "templates" / "components").glob("*.html")
        if not path.read_text().startswith("{% comment %}")
    ]

    assert silent == []


def test_every_icon_that_is_used_exists() -> None:
    sprite = (ROOT / "static" / "console" / "icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([^"]+)"|\bicon="([^"]+)"', path.read_text())
        for name in name
        if name
    }

    assert sorted(used - known) == []


def test_vendored_files_are_what_was_published() -> None:
    for line in (ROOT / "static" / "vendor" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()

        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest, name


def test_style_sheets_use_only_colours_that_have_a_name() -> None:
    folder = ROOT / "static" / "console" / "css"
    known = set(re.findall(r"(--[a-z0-9-]+):", (folder / "tokens.css").read_text()))

    for path in folder.glob("*.css"):
        used = set(re.findall(r"var\((--[a-z0-9-]+)\)", path.read_text()))
        assert sorted(used - known) == [], path.name
