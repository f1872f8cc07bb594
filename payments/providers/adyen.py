"""Adyen: card payments by stored details, refunds, payment links and signed webhooks, by its own SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from Adyen import AdyenClient
from Adyen.exceptions import (
    AdyenAPIAuthenticationError,
    AdyenAPIInvalidPermission,
    AdyenAPIUnprocessableEntity,
    AdyenAPIValidationError,
    AdyenError,
)
from Adyen.services.checkout import AdyenCheckoutApi
from Adyen.util import is_valid_hmac_notification
from django.conf import settings as installation

from payments.providers.protocol import (
    Buyer,
    FalseSignature,
    Method,
    News,
    Order,
    Outcome,
    RefundOrder,
    Rejected,
    Unreachable,
    require_secret,
)

SECONDS = 20  # that Adyen may take to answer
STATUSES = {
    "Authorised": "succeeded",
    "Refused": "failed",
    "Error": "failed",
    "Cancelled": "failed",
}
REFUSED = (
    AdyenAPIAuthenticationError,
    AdyenAPIInvalidPermission,
    AdyenAPIUnprocessableEntity,
    AdyenAPIValidationError,
)
STORED = {
    "recurringProcessingModel": "UnscheduledCardOnFile",
    "shopperInteraction": "ContAuth",
}


class AdyenConnection:
    """An Adyen merchant account. Secrets: ``api_key``, and ``hmac_key`` for its news.

    Settings: ``merchant_account``, and ``live_prefix`` for the real Adyen; without one it is the test system.
    """

    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, str]) -> None:
        prefix = settings.get("live_prefix")
        self._merchant = settings["merchant_account"]
        self._hmac_key = secrets.get("hmac_key", "")
        client = _Client(
            xapikey=secrets["api_key"],
            platform="live" if prefix else "test",
            live_endpoint_prefix=prefix or None,
            merchant_account=self._merchant,
            http_timeout=SECONDS,
        )
        self._checkout = AdyenCheckoutApi(client=client)

    def create_customer(self, buyer: Buyer) -> str:
        """Return our own id: Adyen knows shoppers by the reference of the merchant."""
        return buyer.facts["lago_customer_id"]

    def charge(self, order: Order) -> Outcome:
        """Charge the named stored details, else those stored first."""
        with _explained():
            method = order.provider_method_id or self._usual_method(order)
            if method is None:
                return Outcome(
                    status="failed",
                    error_code="no_payment_method",
                    error_message="The customer has no stored payment details at Adyen.",
                )
            asked = self._asked(order) | STORED
            asked["paymentMethod"] = {"type": "scheme", "storedPaymentMethodId": method}
            answer = self._checkout.payments_api.payments(asked, idempotency_key=order.key)
        return _payment_outcome(answer.message)

    def refund(self, order: RefundOrder) -> Outcome:
        """Ask for a refund; Adyen tells later what became of it."""
        asked = {
            "amount": {"value": order.amount_cents, "currency": order.currency},
            "merchantAccount": self._merchant,
            "reference": order.key,
        }
        with _explained():
            answer = self._checkout.modifications_api.refund_captured_payment(
                asked, order.provider_payment_id, idempotency_key=order.key
            )
        return Outcome(
            status="processing",
            provider_id=answer.message["pspReference"],
            provider_status=answer.message.get("status", ""),
        )

    def setup_url(self, order: Order, *, return_url: str) -> str:
        """Open a link on which the customer stores payment details."""
        return self._link(order, return_url, {"storePaymentMethodMode": "enabled"})

    def payment_url(self, order: Order, *, return_url: str) -> str:
        """Open a link on which the customer pays the order."""
        return self._link(order, return_url, {"storePaymentMethodMode": "askForConsent"})

    def read_news(self, body: bytes, headers: Mapping[str, str]) -> list[News]:
        """Check the signature of each notification and return what they say."""
        require_secret(self._hmac_key)
        try:
            rows = json.loads(body)["notificationItems"]
            items = [row["NotificationRequestItem"] for row in rows]
            are_signed = bool(items) and all(self._is_signed(item) for item in items)
        except (ValueError, KeyError, TypeError) as error:
            raise FalseSignature("not a notification of Adyen's") from error
        if not are_signed:
            raise FalseSignature("the signature is not Adyen's")
        return [_news(item) for item in items]

    def _is_signed(self, item: Mapping[str, Any]) -> bool:
        is_ours = item.get("merchantAccountCode") == self._merchant
        return is_ours and bool(is_valid_hmac_notification(dict(item), self._hmac_key))

    def _usual_method(self, order: Order) -> str | None:
        who = {"shopperReference": order.provider_customer_id, "merchantAccount": self._merchant}
        answer = self._checkout.recurring_api.get_tokens_for_stored_payment_details(
            query_parameters=who
        )
        found = answer.message.get("storedPaymentMethods") or []
        return str(found[0]["id"]) if found else None

    def _link(self, order: Order, return_url: str, more: Mapping[str, str]) -> str:
        asked = {**self._asked(order), **more, "returnUrl": return_url}
        asked["recurringProcessingModel"] = STORED["recurringProcessingModel"]
        with _explained():
            answer = self._checkout.payment_links_api.payment_links(asked)
        return str(answer.message["url"])

    def _asked(self, order: Order) -> dict[str, Any]:
        return {
            "amount": {"value": order.amount_cents, "currency": order.currency},
            "merchantAccount": self._merchant,
            "reference": order.key,
            "shopperReference": order.provider_customer_id,
            "metadata": dict(order.facts),
        }


class _Client(AdyenClient):  # type: ignore[misc]
    """The SDK's client, which an installation may lead to a server that plays Adyen."""

    def _determine_api_url(self, platform: str, endpoint: str) -> str:
        url: str = super()._determine_api_url(platform, endpoint)
        address = installation.ADYEN_API_ADDRESS
        return f"{address}{urlsplit(url).path}" if address else url


def _payment_outcome(payment: Mapping[str, Any]) -> Outcome:
    code = payment.get("resultCode", "")
    return Outcome(
        status=STATUSES.get(code, "processing"),
        provider_id=payment.get("pspReference"),
        provider_status=code,
        next_action=payment.get("action") or {},
        error_code=str(payment.get("refusalReasonCode") or ""),
        error_message=payment.get("refusalReason") or "",
    )


def _news(item: Mapping[str, Any]) -> News:
    kind, reference = item["eventCode"], item["pspReference"]
    has_succeeded = str(item["success"]).lower() == "true"
    told: dict[str, Any] = {}
    if kind == "AUTHORISATION":
        told = _payment_news(item, reference, has_succeeded)
    elif kind in ("REFUND", "REFUND_FAILED", "REFUNDED_REVERSED"):
        has_arrived = kind == "REFUND" and has_succeeded
        told = {"refund": _ended(reference, has_arrived, item.get("reason") or "")}
    elif kind == "RECURRING_CONTRACT" and has_succeeded:
        told = _method_news(item)
    elif kind == "CHARGEBACK" and has_succeeded:
        told = {"lost_dispute_of": item.get("originalReference")}
    return News(event_id=f"{kind}-{reference}-{item['success']}", kind=kind, **told)


def _payment_news(item: Mapping[str, Any], reference: str, has_succeeded: bool) -> dict[str, Any]:
    return {
        "payment": _ended(reference, has_succeeded, item.get("reason") or ""),
        "amount_cents": item["amount"]["value"],
        "currency": item["amount"]["currency"],
        "facts": {
            name.removeprefix("metadata."): value
            for name, value in (item.get("additionalData") or {}).items()
            if name.startswith("metadata.")
        },
    }


def _ended(reference: str, has_succeeded: bool, reason: str) -> Outcome:
    return Outcome(
        status="succeeded" if has_succeeded else "failed",
        provider_id=reference,
        error_code="" if has_succeeded else "refused",
        error_message="" if has_succeeded else reason,
    )


def _method_news(item: Mapping[str, Any]) -> dict[str, Any]:
    more = item.get("additionalData") or {}
    return {
        "method": Method(
            provider_customer_id=more.get("recurring.shopperReference") or "",
            provider_method_id=more.get("recurring.recurringDetailReference")
            or item["pspReference"],
            kind=item.get("paymentMethod") or "card",
            label=f"{(item.get('paymentMethod') or 'card').title()} {more.get('cardSummary', '')}".strip(),
        )
    }


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the SDK's errors into the protocol's."""
    try:
        yield
    except REFUSED as error:
        words = error.message.get("message") if isinstance(error.message, dict) else error.message
        raise Rejected(str(error.error_code or error.status_code), str(words or error)) from error
    except (AdyenError, requests.RequestException) as error:
        raise Unreachable(str(error)) from error
