"""A request that is refused, and its answer."""

from __future__ import annotations

from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """A request, and what it is answered: the details of a 422, else the code."""

    method: str
    path: str
    body: Any
    status: int
    said: Any


def refused(path: str, root: str, **said: Any) -> Any:
    """Return a function that makes a POST with changed members and the details of its refusal."""

    def make(members: dict[str, Any], errors: dict[str, Any]) -> Refusal:
        return Refusal("post", path, {root: said | members}, 422, errors)

    return make
