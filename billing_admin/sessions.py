"""Sessions in the database that end: after a while without use, and at the latest after a day's work.

The moments are kept in the session itself and cost no query of their own: the first with the
write of the sign-in, the second at most once in five minutes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from organizations import clock

LONGEST = timedelta(hours=12)
LONGEST_IDLE = timedelta(hours=2)
NOTED_EVERY = timedelta(minutes=5)
STARTED, SEEN = "_started_at", "_seen_at"  # seconds since 1970; dates do not fit into JSON


class SessionStore(DatabaseSessions):
    """The sessions of Django, with an end that use does not put off."""

    def __setitem__(self, key: str, value: Any) -> None:
        """Keep a value; that of who signed in begins to count."""
        if key == SESSION_KEY:
            super().__setitem__(STARTED, clock.now().timestamp())
            super().__setitem__(SEEN, clock.now().timestamp())
        super().__setitem__(key, value)

    def load(self) -> dict[str, Any]:
        """Read the session; one whose time is over is removed and is a new, empty one."""
        kept: dict[str, Any] = super().load()
        if STARTED not in kept:
            return kept
        now = clock.now().timestamp()
        idle = now - kept[SEEN]
        if now - kept[STARTED] >= LONGEST.total_seconds() or idle >= LONGEST_IDLE.total_seconds():
            self.flush()
            return {}
        if idle >= NOTED_EVERY.total_seconds():
            kept[SEEN] = now
            self.modified = True
        return kept
