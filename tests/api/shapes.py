"""The members that each object of the contract must show, whatever their values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

SHAPES: dict[str, set[str]] = {
    name: set(members.split())
    for name, members in (
        line.split(": ") for line in Path(__file__).with_name("shapes.txt").read_text().splitlines()
    )
}


def missing(kind: str, shown: Mapping[str, Any]) -> set[str]:
    """Return the members of the contract's `kind` that `shown` lacks."""
    return SHAPES[kind] - set(shown)


def surplus(kind: str, shown: Mapping[str, Any], *allowed: str) -> set[str]:
    """Return the members of `shown` that the contract's `kind` does not have."""
    return set(shown) - SHAPES[kind] - set(allowed)
