"""Stripe: PaymentIntents off session, refunds, Checkout pages and signed webhooks, by its own SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import stripe
from django.conf import settings

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

SECONDS = 20  # that Stripe may take to answer
TOLERANCE = 300  # seconds that the signature of a webhook stays good
STATUSES = {
    "processing": "processing",
    "requires_capture": "processing",
    "requires_action": "processing",
    "requires_confirmation": "processing",
    "succeeded": "succeeded",
    "canceled": "failed",
    "requires_payment_method": "failed",
}
REFUND_STATUSES = {
    "pending": "processing",
    "requires_action": "processing",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
Answer = TypeVar("Answer")


class StripeConnection:
    """A Stripe account. Secrets: ``secret_key``, and ``webhook_secret`` for its news."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        # The address is a fact of the installation, not of an operator: a test server instead of Stripe.
        address = settings.STRIPE_API_ADDRESS
        self._webhook_secret = secrets.get("webhook_secret", "")
        self._client = stripe.StripeClient(
            secrets["secret_key"],
            base_addresses={"api": address} if address else {},
            http_client=stripe.RequestsClient(timeout=SECONDS),
            max_network_retries=1,
        ).v1

    def create_customer(self, buyer: Buyer) -> str:
        """Create the customer at Stripe and return its id."""
        with _explained():
            made = self._client.customers.create(
                {
                    "name": buyer.name,
                    **({"email": buyer.email} if buyer.email else {}),
                    "metadata": dict(buyer.facts),
                },
                {"idempotency_key": buyer.key},
            )
        return str(made.id)

    def charge(self, order: Order) -> Outcome:
        """Confirm a PaymentIntent off session, with the customer's default means unless one is named."""
        try:
            with _explained():
                method = order.provider_method_id or self._usual_method(order)
                if method is None:
                    return Outcome(
                        status="failed",
                        error_code="no_payment_method",
                        error_message="The customer has no means of payment at Stripe.",
                    )
                intent = self._client.payment_intents.create(
                    _intent(order, method), {"idempotency_key": order.key}
                )
        except _Declined as declined:
            return declined.outcome
        return _payment_outcome(intent.to_dict())

    def refund(self, order: RefundOrder) -> Outcome:
        """Refund a part of a PaymentIntent; one that may be done is looked for first."""
        with _explained():
            if order.may_be_done and (done := self._known_refund(order)):
                return _refund_outcome(done)
            made = self._client.refunds.create(
                {
                    "payment_intent": order.provider_payment_id,
                    "amount": order.amount_cents,
                    "metadata": dict(order.facts),
                },
                {"idempotency_key": order.key},
            )
        return _refund_outcome(made.to_dict())

    def setup_url(self, order: Order, *, return_url: str) -> str:
        """Open a Checkout page on which the customer leaves a means of payment."""
        with _explained():
            session = self._client.checkout.sessions.create(
                _page(order, return_url)
                | {"mode": "setup", "setup_intent_data": {"metadata": dict(order.facts)}}
            )
        return str(session.url)

    def payment_url(self, order: Order, *, return_url: str) -> str:
        """Open a Checkout page on which the customer pays the order."""
        with _explained():
            session = self._client.checkout.sessions.create(
                _page(order, return_url)
                | {
                    "mode": "payment",
                    "line_items": [_line(order)],
                    "payment_intent_data": {"metadata": dict(order.facts)},
                }
            )
        return str(session.url)

    def read_news(self, body: bytes, headers: Mapping[str, str]) -> list[News]:
        """Check the signature over the very bytes and return what the event says."""
        require_secret(self._webhook_secret)
        try:
            event = stripe.Webhook.construct_event(
                body, headers.get("Stripe-Signature"), self._webhook_secret, TOLERANCE
            ).to_dict()
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise FalseSignature(str(error)) from error
        reader = READERS.get(event["type"], lambda _: {})
        told = reader(event["data"]["object"])
        return [News(event_id=event["id"], kind=event["type"], **told)]

    def _known_refund(self, order: RefundOrder) -> Mapping[str, Any] | None:
        """Find the refund by our own facts: Stripe forgets keys after a day."""
        rows = self._client.refunds.list(
            {"payment_intent": order.provider_payment_id, "limit": 100}
        )
        own = ("lago_refund_id", "lago_refund_try")
        for row in map(lambda one: one.to_dict(), rows.data):
            told = row.get("metadata") or {}
            if all(told.get(name) == order.facts.get(name) for name in own):
                return row
        return None

    def _usual_method(self, order: Order) -> str | None:
        customer = self._client.customers.retrieve(order.provider_customer_id).to_dict()
        usual = (customer.get("invoice_settings") or {}).get("default_payment_method")
        if usual:
            return str(usual)
        listed = self._client.customers.payment_methods.list(order.provider_customer_id).data
        return str(listed[0].id) if listed else None


def _intent(order: Order, method: str) -> Any:
    return {
        "amount": order.amount_cents,
        "currency": order.currency.lower(),
        "customer": order.provider_customer_id,
        "payment_method": method,
        "payment_method_types": list(order.method_kinds) or ["card"],
        "confirm": True,
        "off_session": True,
        "description": order.description,
        "metadata": dict(order.facts),
    }


def _page(order: Order, return_url: str) -> Any:
    return {
        "customer": order.provider_customer_id,
        "payment_method_types": list(order.method_kinds) or ["card"],
        "success_url": return_url,
        "metadata": dict(order.facts),
    }


def _line(order: Order) -> dict[str, Any]:
    product = {"name": order.description}
    price = {"currency": order.currency.lower(), "unit_amount": order.amount_cents}
    return {"quantity": 1, "price_data": price | {"product_data": product}}


def _payment_outcome(intent: Mapping[str, Any]) -> Outcome:
    error = intent.get("last_payment_error") or {}
    return Outcome(
        status=STATUSES.get(intent["status"], "processing"),
        provider_id=intent["id"],
        provider_status=intent["status"],
        next_action=intent.get("next_action") or {},
        error_code=error.get("decline_code") or error.get("code") or "",
        error_message=error.get("message") or "",
    )


def _refund_outcome(refund: Mapping[str, Any]) -> Outcome:
    return Outcome(
        status=REFUND_STATUSES.get(refund["status"], "processing"),
        provider_id=refund["id"],
        provider_status=refund["status"],
        error_code=refund.get("failure_reason") or "",
    )


def _payment_news(intent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "payment": _payment_outcome(intent),
        "amount_cents": intent["amount"],
        "currency": intent["currency"].upper(),
        "facts": intent.get("metadata") or {},
    }


def _refund_news(refund: Mapping[str, Any]) -> dict[str, Any]:
    return {"refund": _refund_outcome(refund), "facts": refund.get("metadata") or {}}


def _method_news(method: Mapping[str, Any]) -> dict[str, Any]:
    card = method.get("card") or {}
    label = f"{card['brand']} {card['last4']}".title() if card else str(method["type"])
    return {
        "method": Method(
            provider_customer_id=method.get("customer") or "",
            provider_method_id=method["id"],
            kind=method["type"],
            label=label,
        )
    }


def _dispute_news(dispute: Mapping[str, Any]) -> dict[str, Any]:
    return {"lost_dispute_of": dispute["payment_intent"]} if dispute["status"] == "lost" else {}


READERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "payment_intent.succeeded": _payment_news,
    "payment_intent.payment_failed": _payment_news,
    "payment_intent.processing": _payment_news,
    "payment_intent.canceled": _payment_news,
    "refund.updated": _refund_news,
    "refund.failed": _refund_news,
    "charge.refund.updated": _refund_news,
    "payment_method.attached": _method_news,
    "charge.dispute.closed": _dispute_news,
}


class _Declined(Exception):
    """The customer's bank said no, or wants the customer to do something."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the SDK's errors into the protocol's."""
    try:
        yield
    except stripe.CardError as error:
        raise _Declined(_declined(error)) from error
    except stripe.InvalidRequestError as error:
        if error.code == "amount_too_small":
            raise _Declined(
                Outcome(status="pending", error_code="amount_too_small", error_message=str(error))
            ) from error
        raise Rejected(error.code or "invalid_request", _words(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Rejected("authentication_failed", _words(error)) from error
    except stripe.StripeError as error:
        # No answer, too many requests, a fault of Stripe's, or the same key still under way.
        raise Unreachable(_words(error)) from error


def _declined(error: stripe.CardError) -> Outcome:
    intent = error.error.payment_intent if error.error else None
    known = _payment_outcome(intent.to_dict()) if intent is not None else Outcome(status="failed")
    return replace(
        known,
        error_code=known.error_code or error.code or "card_error",
        error_message=_words(error),
    )


def _words(error: stripe.StripeError) -> str:
    return error.user_message or str(error)
