"""A small Stripe over real HTTP: customers, PaymentIntents, refunds, Checkout, idempotency keys, signed news.

What a PaymentIntent becomes follows from its means of payment: ``pm_ok``, ``pm_declined``, ``pm_action``,
``pm_processing``. `silent` answers the next so many requests with nothing, after having done what they ask.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from tests.payments import fake_server

KEY = "sk_test_fake"
WEBHOOK_SECRET = "whsec_fake"
DECLINED = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "message": "Your card has insufficient funds.",
}


class FakeStripe(fake_server.Fake):
    """What the server knows and was asked; rows are the very objects it answers with."""

    def __init__(self) -> None:
        super().__init__()
        self.customers: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[dict[str, str], int, dict[str, Any]]] = {}
        self.method = "pm_ok"
        self.refund_status = "succeeded"

    def answer(
        self, method: str, path: str, given: dict[str, str], headers: Any
    ) -> tuple[int, dict[str, Any]]:
        """Do what is asked, once for each idempotency key, and return status and body."""
        self.asked.append((method, path, given))
        if headers.get("Authorization") != f"Bearer {KEY}":
            return 401, _error("invalid_request_error", "", "Invalid API Key provided.")
        key = headers.get("Idempotency-Key") if method == "POST" else None
        if key in self.keys:
            first, status, body = self.keys[key]
            if first != given:
                return 400, _error("idempotency_error", "", "Same key, other parameters.")
            return status, body
        status, body = self._do(method, path.removeprefix("/v1/").split("/"), given)
        if key:
            self.keys[key] = (given, status, body)
        return status, body

    def _do(
        self, method: str, path: list[str], given: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        match method, path:
            case "POST", ["customers"]:
                return 200, self._keep(self.customers, "cus", given, object="customer")
            case "GET", ["customers", known]:
                return 200, {"id": known, "object": "customer", "invoice_settings": {}}
            case "GET", ["customers", _, "payment_methods"]:
                rows = [{"id": self.method, "object": "payment_method"}] if self.method else []
                return 200, {"object": "list", "data": rows, "has_more": False}
            case "POST", ["payment_intents"]:
                return self._charge(given)
            case "GET", ["refunds"]:
                rows = list(self.refunds.values())
                return 200, {"object": "list", "data": rows, "has_more": False}
            case "POST", ["refunds"]:
                return self._refund(given)
            case "POST", ["checkout", "sessions"]:
                session = self._keep(self.sessions, "cs", given, object="checkout.session")
                session["url"] = f"{self.address}/pay/{session['id']}"
                return 200, session
        return 404, _error("invalid_request_error", "resource_missing", "No such thing.")

    def _charge(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if int(given["amount"]) < 50:
            return 400, _error("invalid_request_error", "amount_too_small", "Too small.")
        intent = self._keep(self.intents, "pi", given, object="payment_intent")
        intent |= {"amount": int(given["amount"]), "last_payment_error": None, "next_action": None}
        match given["payment_method"]:
            case "pm_ok":
                intent["status"] = "succeeded"
            case "pm_processing":
                intent["status"] = "processing"
            case "pm_action":
                intent["status"] = "requires_action"
                intent["next_action"] = {"type": "redirect_to_url"}
            case _:
                intent["status"] = "requires_payment_method"
                intent["last_payment_error"] = DECLINED
                return 402, {"error": DECLINED | {"payment_intent": intent}}
        return 200, intent

    def _refund(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        intent = self.intents.get(given["payment_intent"])
        if intent is None:
            return 404, _error("invalid_request_error", "resource_missing", "No such intent.")
        gone = sum(
            r["amount"] for r in self.refunds.values() if r["payment_intent"] == intent["id"]
        )
        if gone + int(given["amount"]) > intent["amount"]:
            return 400, _error("invalid_request_error", "charge_already_refunded", "Too much.")
        refund = self._keep(self.refunds, "re", given, object="refund")
        refund |= {"amount": int(given["amount"]), "status": self.refund_status}
        return 200, refund

    def _keep(
        self, rows: dict[str, dict[str, Any]], prefix: str, given: dict[str, str], **more: str
    ) -> dict[str, Any]:
        row: dict[str, Any] = {"id": f"{prefix}_{len(rows) + 1}", "metadata": {}, **more}
        for name, value in given.items():
            if name.startswith("metadata["):
                row["metadata"][name[9:-1]] = value
            elif "[" not in name:
                row[name] = value
        rows[row["id"]] = row
        return row

    def moved_cents(self) -> int:
        """What has been taken from customers, in minor units."""
        return sum(i["amount"] for i in self.intents.values() if i["status"] == "succeeded")


def event(kind: str, thing: dict[str, Any], event_id: str = "evt_1") -> bytes:
    """Return the bytes of an event about `thing`."""
    return json.dumps(
        {"id": event_id, "object": "event", "type": kind, "data": {"object": thing}}
    ).encode()


def signature(body: bytes, secret: str = WEBHOOK_SECRET) -> str:
    """Return the header that proves that the holder of `secret` has sent `body` now."""
    stamp = int(time.time())
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def _error(kind: str, code: str, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": message}}


@contextmanager
def serving() -> Iterator[FakeStripe]:
    """Serve on a free port of this machine."""
    with fake_server.serving(FakeStripe(), lambda body: dict(parse_qsl(body, True))) as fake:
        yield fake
