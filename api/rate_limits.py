"""Rate limits: so many requests a second, an organization and a process; told in three headers."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

EVENTS = 5000
OTHER = 1000
WINDOW = 1.0
MOST_KEPT = 10_000

_windows: dict[tuple[str, str], tuple[float, int]] = {}


@dataclass(frozen=True)
class Allowance:
    """What is left in the running window."""

    limit: int
    remaining: int

    @property
    def is_spent(self) -> bool:
        """Whether this request is one too many."""
        return self.remaining < 0

    def tell(self, response: HttpResponse) -> None:
        """Write the headers."""
        response["X-RateLimit-Limit"] = str(self.limit)
        response["X-RateLimit-Remaining"] = str(max(self.remaining, 0))
        response["X-RateLimit-Reset"] = "1"


def take(request: HttpRequest, owner: str) -> Allowance:
    """Count this request for `owner` and return what is left; no database and no lock, hence approximate."""
    kind, limit = ("events", EVENTS) if "/events" in request.path else ("other", OTHER)
    now = time.monotonic()
    began, count = _windows.get((owner, kind), (now, 0))
    if now - began >= WINDOW:
        began, count = now, 0
    if len(_windows) > MOST_KEPT:
        _windows.clear()
    _windows[owner, kind] = (began, count + 1)
    return Allowance(limit, limit - count - 1)
