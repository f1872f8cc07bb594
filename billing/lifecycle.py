"""What may follow what: one table per thing that has a status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from billing.errors import NotAllowed, Sentence


@dataclass(frozen=True)
class Lifecycle:
    """A table of the statuses that may follow each status."""

    name: str
    table: Mapping[str, frozenset[str]]

    def allows(self, before: str, after: str) -> bool:
        """Say whether `after` may follow `before`."""
        return after in self.table.get(before, frozenset())

    def require(self, before: str, after: str, code: str = "invalid_status") -> None:
        """Raise NotAllowed(code) unless `after` may follow `before`."""
        if not self.allows(before, after):
            words = {"name": self.name, "before": before, "after": after}
            refusal = Sentence("A {name} that is {before} cannot become {after}.", **words)
            raise NotAllowed(code, refusal)
