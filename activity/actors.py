"""Who acts: an operator, a machine with a key, the schedule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that changes things; written into every journal entry.

    `kind` is operator, api_key, system or command; `source` is console, api, admin, worker or command.
    """

    kind: str
    id: str
    label: str
    source: str
    request_id: str = ""


SYSTEM = Actor("system", "", "Schedule", "worker")
COMMAND = Actor("command", "", "Command line", "command")
