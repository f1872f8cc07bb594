"""A small Adyen over real HTTP: stored details, payments, refunds, links, signed notifications."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from Adyen.util import generate_notification_sig

from tests.payments import fake_server

KEY = "adyen-key"
HMAC_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
MERCHANT = "AcmeECOM"


class FakeAdyen(fake_server.Fake):
    """`result` is what becomes of payments: Authorised, Refused, Pending."""

    def __init__(self) -> None:
        super().__init__()
        self.result = "Authorised"
        self.payments: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.links: list[dict[str, Any]] = []
        self.keys: dict[str, dict[str, Any]] = {}

    def answer(
        self, method: str, path: str, given: Any, headers: Any
    ) -> tuple[int, dict[str, Any]]:
        self.asked.append((method, path, given))
        if headers.get("X-API-Key") != KEY:
            return 401, {"status": 401, "errorCode": "000", "message": "HTTP Status Response"}
        key = headers.get("Idempotency-Key")
        if key in self.keys:
            return 200, self.keys[key]
        body = self._do(path.split("/")[2:], given)
        if key:
            self.keys[key] = body
        return 200, body

    def _do(self, path: list[str], given: Any) -> dict[str, Any]:
        match path:
            case ["storedPaymentMethods"]:
                return {"storedPaymentMethods": [{"id": "SPM1", "brand": "visa"}]}
            case ["payments"]:
                row = {"pspReference": f"PSP{len(self.payments) + 1}", "resultCode": self.result}
                if self.result == "Refused":
                    row |= {"refusalReason": "Not enough balance", "refusalReasonCode": "12"}
                self.payments[row["pspReference"]] = row | {"asked": given}
                return row
            case ["payments", payment, "refunds"]:
                row = {"pspReference": f"REF{len(self.refunds) + 1}", "status": "received"}
                self.refunds[row["pspReference"]] = row | {"asked": given, "payment": payment}
                return row
        self.links.append(given)
        return {"url": f"{self.address}/link/{len(self.links)}"}


def notification(kind: str, reference: str, *, key: str = HMAC_KEY, **more: Any) -> bytes:
    """Return the bytes of a signed notification."""
    item = {
        "eventCode": kind,
        "pspReference": reference,
        "success": "true",
        "merchantAccountCode": MERCHANT,
        "merchantReference": "payment",
        "amount": {"value": 10_000, "currency": "EUR"},
    } | more
    extra = item.pop("additionalData", {})
    signed = generate_notification_sig(item, key).decode()
    item["additionalData"] = extra | {"hmacSignature": signed}
    rows = [{"NotificationRequestItem": item}]
    return json.dumps({"live": "false", "notificationItems": rows}).encode()


@contextmanager
def serving() -> Iterator[FakeAdyen]:
    """Serve on a free port of this machine."""
    with fake_server.serving(FakeAdyen(), lambda body: json.loads(body or "{}")) as fake:
        yield fake
