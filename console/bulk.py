"""What may be done to many rows of a list at once: ticked ones, or all that match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class BulkChoice:
    """One button of the bar that appears when rows are ticked."""

    key: str
    label: str
    icon: str
    is_danger: bool = False


@dataclass(frozen=True)
class Bulk:
    """Where the question is asked. It gets ``action``, ``row`` for each ticked one, or ``all`` and the list's own
    parameters."""

    url: str
    choices: Sequence[BulkChoice]
