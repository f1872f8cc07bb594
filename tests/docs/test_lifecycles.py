"""docs/lifecycles.md shows the lifecycle tables as they are, and all of them."""

from __future__ import annotations

from pathlib import Path

from billing.lifecycle import Lifecycle
from billing_admin.lifecycles import DOCUMENT, DRAWN, document, section
from billing_admin.lifecycles import Drawn as Drawing

ROOT = Path(__file__).parents[2]


def test_the_document_is_up_to_date() -> None:
    """`python3 manage.py draw_lifecycles` writes it."""
    assert DOCUMENT.read_text() == document()


def test_every_lifecycle_is_drawn() -> None:
    defined = sum(
        path.read_text().count("= Lifecycle(")
        for path in ROOT.glob("*/lifecycle.py")
        if path.parent.name != "billing"
    )

    assert len(DRAWN) == len({id(drawn.lifecycle) for drawn in DRAWN}) == defined


def test_a_changed_table_changes_the_drawing() -> None:
    switch = Lifecycle("switch", {"on": frozenset({"off"}), "off": frozenset({"broken"})})

    lines = list(section(Drawing("Switch", switch, "On or off.")))

    assert lines[2:8] == [
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> on",
        "    on --> off",
        "    off --> broken",
        "    broken --> [*]",
    ]
