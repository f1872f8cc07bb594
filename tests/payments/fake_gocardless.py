"""A small GoCardless over real HTTP: mandates, payments, refunds, hosted pages, signed news."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.payments import fake_server

TOKEN = "sandbox_fake"
WEBHOOK_SECRET = "gc-secret"


class FakeGoCardless(fake_server.Fake):
    """Rows by their kind; the very objects it answers with."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, dict[str, dict[str, Any]]] = {
            kind: {}
            for kind in (
                "customers",
                "payments",
                "refunds",
                "billing_requests",
                "billing_request_flows",
            )
        }
        self.rows["mandates"] = {
            "MD1": {"id": "MD1", "scheme": "sepa_core", "reference": "REF-1"}
            | {"links": {"customer": "CU_known"}, "status": "active"}
        }
        self.keys: dict[str, str] = {}

    def answer(
        self, method: str, path: str, given: Any, headers: Any
    ) -> tuple[int, dict[str, Any]]:
        self.asked.append((method, path, given))
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, _error("invalid_api_usage", "access_token_not_found")
        kind, *rest = path.strip("/").split("/")
        rows = self.rows[kind]
        if method == "GET" and rest:
            known = rows.get(rest[0])
            return (200, {kind: known}) if known else (404, _error("invalid_api_usage", "gone"))
        if method == "GET":
            return 200, {kind: list(rows.values()), "meta": {"cursors": {}, "limit": 50}}
        key = headers.get("Idempotency-Key")
        if key in self.keys:
            conflict = {"reason": "idempotent_creation_conflict", "message": "again"}
            conflict |= {"links": {"conflicting_resource_id": self.keys[key]}}
            return 409, {"error": _body("invalid_state") | {"errors": [conflict]}}
        return self._create(kind, given[kind], key)

    def _create(self, kind: str, given: Any, key: str | None) -> tuple[int, dict[str, Any]]:
        row = {"id": f"{kind[:2].upper()}{len(self.rows[kind]) + 1}", "metadata": {}} | given
        if kind == "payments":
            row["status"] = "pending_submission"
        if kind == "refunds":
            row["status"] = "created"
            payment = row["links"]["payment"]
            rows = self.rows["refunds"].values()
            gone = sum(one["amount"] for one in rows if one["links"]["payment"] == payment)
            if gone + row["amount"] != row["total_amount_confirmation"]:
                return 422, _error("validation_failed", "total_amount_confirmation_invalid")
        if kind == "billing_request_flows":
            row["authorisation_url"] = f"{self.address}/flow/{row['id']}"
        self.rows[kind][row["id"]] = row
        if key:
            self.keys[key] = row["id"]
        return 201, {kind: row}


def events(*told: dict[str, Any]) -> bytes:
    """Return the bytes of a webhook."""
    return json.dumps({"events": list(told), "meta": {"webhook_id": "WB1"}}).encode()


def event(kind: str, action: str, event_id: str = "EV1", **links: str) -> dict[str, Any]:
    """Return an event: what happened to which resources."""
    return {"id": event_id, "resource_type": kind, "action": action, "links": links}


def signature(body: bytes, secret: str = WEBHOOK_SECRET) -> str:
    """Return the header that proves that the holder of `secret` has sent `body`."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _body(kind: str) -> dict[str, Any]:
    return {"type": kind, "code": 422, "message": "No.", "request_id": "RQ1"} | {
        "documentation_url": "https://example.com"
    }


def _error(kind: str, reason: str) -> dict[str, Any]:
    return {"error": _body(kind) | {"errors": [{"reason": reason, "message": reason}]}}


@contextmanager
def serving() -> Iterator[FakeGoCardless]:
    """Serve on a free port of this machine."""
    with fake_server.serving(FakeGoCardless(), lambda body: json.loads(body or "{}")) as fake:
        yield fake
