"""What the documents point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")
FILE = re.compile(r"`((?:[a-z_]+/)+[a-z_0-9]*(?:\.[a-z]+)?|[a-z_]+/)`")
ROOTS = {path.name for path in ROOT.iterdir() if path.is_dir()}


def names(document: Path) -> set[str]:
    """Files and folders of the product that a document names in code marks."""
    found = {match for match in FILE.findall(document.read_text())}
    return {name for name in found if name.split("/")[0] in ROOTS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_files_exist(document: Path) -> None:
    linked = {(document.parent / target).resolve() for target in LINK.findall(document.read_text())}
    named = {ROOT / name for name in names(document)}

    missing = {str(path) for path in linked | named if not exists(path)}

    assert missing == set()


def exists(path: Path) -> bool:
    """A module may be named without its ending or be a package, a template by what views call it."""
    template = ROOT / "templates" / path.relative_to(ROOT)
    forms = (path, path.with_suffix(".py"), path.with_suffix(""), template)
    return any(form.exists() for form in forms)


def test_a_missing_file_is_noticed(tmp_path: Path) -> None:
    document = tmp_path / "x.md"
    document.write_text("See `billing/nothing.py` and [this](gone.md).")

    assert names(document) == {"billing/nothing.py"}
    assert not exists(ROOT / "billing/nothing.py")
    assert LINK.findall(document.read_text()) == ["gone.md"]
