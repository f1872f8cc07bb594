"""The golden scenarios through the API of a running server: one fresh sandbox for each."""

from __future__ import annotations

import http.client
import itertools
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from tests.golden.adapters.lines import Line, golden_dir
from tests.golden.adapters.paths import NOTHING, filled_in, is_same, value_at

VERBS = ("post", "put", "get", "delete", "run")
OK = range(200, 300)
Reply = tuple[int, Any]


def lines() -> list[Line]:
    """Return all scenarios."""
    text = (golden_dir() / "scenarios.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def names_one_job(scenario: Line) -> bool:
    """Say whether a step lets one named job run alone: a clock that runs all that is due cannot do that."""
    return any(step.get("exact") for step in scenario["steps"])


@dataclass
class Server:
    """A running server, asked over HTTP with the key of one sandbox."""

    url: str
    key: str
    connection: http.client.HTTPConnection | None = None

    def ask(self, verb: str, path: str, body: Any = None) -> Reply:
        """Send a request and return status and JSON."""
        if self.connection is None:
            parts = urlsplit(self.url)
            self.connection = http.client.HTTPConnection(
                parts.hostname or "localhost", parts.port, timeout=120
            )
        self.connection.request(
            verb.upper(),
            quote(path, safe="/?=&[]{}%:,+-_.~@"),
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def read(self, path: str) -> Reply:
        """Get `path`; a list is read to its last page and put oldest first."""
        status, reply = self.ask("get", path)
        if status != 200 or not isinstance(reply.get("meta"), dict):
            return status, reply
        name = next(name for name, value in reply.items() if isinstance(value, list))
        rows = reply[name]
        page = reply["meta"].get("next_page")
        while page:
            _, more = self.ask("get", f"{path}{'&' if '?' in path else '?'}page={page}")
            rows += more[name]
            page = more["meta"].get("next_page")
        if all(isinstance(row, dict) and "created_at" in row for row in rows):
            rows = sorted(reversed(rows), key=lambda row: row["created_at"])
        return status, {**reply, name: rows}

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()


@dataclass
class Run:
    """A scenario on its way: what it has remembered, and where figures differed."""

    scenario: Line
    server: Server
    names: dict[str, Any] = field(default_factory=dict)
    differences: list[Line] = field(default_factory=list)
    now: str | None = None
    number: int = 0
    events: Any = field(default_factory=itertools.count)

    def to_the_end(self) -> list[Line]:
        """Take all steps, up to the first without which the next ones mean nothing."""
        for step in self.scenario["steps"]:
            self.number += 1
            if not self._move_clock(step["at"]) or not self._take(step):
                break
        return self.differences

    def _move_clock(self, moment: str) -> bool:
        if moment != self.now:
            self.now = moment
            reply = self.server.ask("put", "/api/v1/sandbox/clock", {"clock": {"now": moment}})
            return self._compare("clock", 200, reply[0])
        return True

    def _take(self, step: Line) -> bool:
        verb = next(verb for verb in VERBS if verb in step)
        if verb == "run":
            return True  # The clock has run what is due.
        path = filled_in(step[verb], self.names)
        for _ in range(step.get("repeat", 1)):
            status, reply = self._ask(verb, path, step.get("body"))
        if "status" in step:
            self._compare("status", step["status"], status)
        elif status not in OK:
            return self._compare("status", "2xx", f"{status} {json.dumps(reply)[:300]}")
        for key, expected in filled_in(step.get("expect") or {}, self.names).items():
            self._compare(key, expected, value_at(key, reply))
        return all(self._remember(name, key, reply) for name, key in step.get("save", {}).items())

    def _ask(self, verb: str, path: str, body: Any) -> Reply:
        if verb == "get":
            return self.server.read(path)
        sent = filled_in(json.loads(json.dumps(body)), self.names)
        for event in self._events(sent):
            event.setdefault("transaction_id", f"transaction-{next(self.events)}")
        return self.server.ask(verb, path, sent)

    @staticmethod
    def _events(sent: Any) -> list[Any]:
        if not isinstance(sent, dict):
            return []
        found = [sent.get("event"), *(sent.get("events") or [])]
        return [event for event in found if isinstance(event, dict)]

    def _remember(self, name: str, key: str, reply: Any) -> bool:
        found = value_at(filled_in(key, self.names), reply)
        if found is NOTHING or found is None:
            return self._compare(key, {"$present": True}, found)
        self.names[name] = found
        return True

    def _compare(self, what: str, expected: Any, found: Any) -> bool:
        if is_same(expected, found):
            return True
        shown = None if found is NOTHING else found
        self.differences.append(
            {"step": self.number, "what": what, "expected": expected, "found": _plain(shown)}
        )
        return False


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def differences(scenario: Line, server: Server) -> list[Line]:
    """Return every difference of a scenario: the step, what was compared, the figure expected and the one found."""
    try:
        return Run(scenario, server).to_the_end()
    finally:
        server.close()
