"""Search over everything, and places to go to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from console.navigation import MENU


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    label: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True)
class Hits:
    """What one kind of thing has to offer."""

    title: str
    hits: list[Hit]


Finder = Callable[[Any, str, int], list[Hit]]
"""Finds things of an organization by a term: (organization, term, most) -> hits."""


def places(term: str) -> list[Hit]:
    """Return the entries of the side menu whose name contains `term`."""
    wanted = term.casefold()
    return [
        Hit(str(entry.label), entry.url, entry.icon, _("Go to"))
        for group in MENU
        for entry in group.entries
        if wanted in str(entry.label).casefold()
    ]


def search(organization: Any, term: str, *, most: int = 6) -> list[Hits]:
    """Return what `term` finds in an organization, by kind; without a term the places to go to."""
    found = (
        [Hits(title, finder(organization, term, most)) for title, finder in finders()]
        if term
        else []
    )
    found.append(Hits(_("Go to"), places(term)))
    return [kind for kind in found if kind.hits]


def finders() -> list[tuple[str, Finder]]:
    """Return the finders of the apps, most wanted first."""
    return []
