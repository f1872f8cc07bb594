"""GoCardless: direct debits by mandate, refunds, hosted pages and signed webhooks, by its own SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import gocardless_pro
import requests
from django.conf import settings
from gocardless_pro import errors, webhooks

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

SECONDS = 20  # that GoCardless may take to answer
USABLE = "active,submitted,pending_submission"
STATUSES = {
    "confirmed": "succeeded",
    "paid_out": "succeeded",
    "cancelled": "failed",
    "customer_approval_denied": "failed",
    "failed": "failed",
    "charged_back": "failed",
}
REFUND_STATUSES = {
    "paid": "succeeded",
    "cancelled": "failed",
    "bounced": "failed",
    "funds_returned": "failed",
}
MOST_FACTS = 3
"""GoCardless keeps three facts with an object; ours come in the order of their weight."""


class GoCardlessConnection:
    """A GoCardless account. Secrets: ``access_token`` (live_… or sandbox_…), and ``webhook_secret`` for its news."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        token = secrets["access_token"]
        self._webhook_secret = secrets.get("webhook_secret", "")
        self._client = gocardless_pro.Client(
            access_token=token,
            environment="live" if token.startswith("live_") else "sandbox",
            base_url=settings.GOCARDLESS_API_ADDRESS or None,
            timeout=SECONDS,
        )

    def create_customer(self, buyer: Buyer) -> str:
        """Create the customer at GoCardless and return its id."""
        params = {"company_name": buyer.name, "metadata": _facts(buyer.facts)}
        if buyer.email:
            params["email"] = buyer.email
        with _explained():
            made = self._client.customers.create(params=params, headers=_key(buyer.key))
        return str(made.id)

    def charge(self, order: Order) -> Outcome:
        """Debit the named mandate, else the customer's newest one that is usable."""
        with _explained():
            mandate = order.provider_method_id or self._usual_mandate(order)
            if mandate is None:
                return Outcome(
                    status="failed",
                    error_code="no_payment_method",
                    error_message="The customer has no mandate at GoCardless.",
                )
            params = {
                "amount": order.amount_cents,
                "currency": order.currency,
                "description": order.description[:100],
                "metadata": _facts(order.facts),
                "links": {"mandate": mandate},
            }
            made = self._client.payments.create(params=params, headers=_key(order.key))
        return _payment_outcome(made.attributes)

    def refund(self, order: RefundOrder) -> Outcome:
        """Refund a part of a payment; the sum of all its refunds confirms that both sides count alike."""
        params = {
            "amount": order.amount_cents,
            "total_amount_confirmation": order.total_cents,
            "metadata": _facts(order.facts),
            "links": {"payment": order.provider_payment_id},
        }
        with _explained():
            made = self._client.refunds.create(params=params, headers=_key(order.key))
        return _refund_outcome(made.attributes)

    def setup_url(self, order: Order, *, return_url: str) -> str:
        """Open a page on which the customer signs a mandate."""
        asked = {"mandate_request": {"currency": order.currency or "EUR"}}
        return self._page(order, asked, return_url)

    def payment_url(self, order: Order, *, return_url: str) -> str:
        """Open a page on which the customer pays the order at once."""
        asked = {
            "payment_request": {
                "amount": order.amount_cents,
                "currency": order.currency,
                "description": order.description,
                "metadata": _facts(order.facts),
            }
        }
        return self._page(order, asked, return_url)

    def read_news(self, body: bytes, headers: Mapping[str, str]) -> list[News]:
        """Check the signature, and ask for what the events only name."""
        require_secret(self._webhook_secret)
        try:
            events = webhooks.parse(
                body.decode(), self._webhook_secret, headers.get("Webhook-Signature") or ""
            )
        except (errors.InvalidSignatureError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise FalseSignature("the signature is not GoCardless's") from error
        return [self._news(event.attributes) for event in events]

    def _news(self, event: Mapping[str, Any]) -> News:
        kind = f"{event['resource_type']}.{event['action']}"
        links = event.get("links") or {}
        told: dict[str, Any] = {}
        try:
            with _explained():
                if "payment" in links and event["resource_type"] == "payments":
                    told = _payment_news(self._client.payments.get(links["payment"]).attributes)
                elif "refund" in links:
                    told = _refund_news(self._client.refunds.get(links["refund"]).attributes)
                elif "mandate" in links and event["action"] in ("created", "active"):
                    told = _mandate_news(self._client.mandates.get(links["mandate"]).attributes)
        except Rejected:
            told = {}  # it is gone, so there is nothing to be told
        return News(event_id=event["id"], kind=kind, **told)

    def _usual_mandate(self, order: Order) -> str | None:
        params = {"customer": order.provider_customer_id, "status": USABLE}
        found = self._client.mandates.list(params=params).records
        return str(found[0].id) if found else None

    def _page(self, order: Order, asked: dict[str, Any], return_url: str) -> str:
        params = asked | {"links": {"customer": order.provider_customer_id}}
        with _explained():
            request = self._client.billing_requests.create(params=params)
            flow = self._client.billing_request_flows.create(
                params={"redirect_uri": return_url, "links": {"billing_request": request.id}}
            )
        return str(flow.authorisation_url)


def _key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def _facts(facts: Mapping[str, str]) -> dict[str, str]:
    return dict(list(facts.items())[:MOST_FACTS])


def _payment_outcome(payment: Mapping[str, Any]) -> Outcome:
    return Outcome(
        status=STATUSES.get(payment["status"], "processing"),
        provider_id=payment["id"],
        provider_status=payment["status"],
    )


def _payment_news(payment: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "payment": _payment_outcome(payment),
        "amount_cents": payment["amount"],
        "currency": payment["currency"],
        "facts": payment.get("metadata") or {},
    }


def _refund_outcome(refund: Mapping[str, Any]) -> Outcome:
    status = refund.get("status") or "created"
    return Outcome(
        status=REFUND_STATUSES.get(status, "processing"),
        provider_id=refund["id"],
        provider_status=status,
    )


def _refund_news(refund: Mapping[str, Any]) -> dict[str, Any]:
    return {"refund": _refund_outcome(refund), "facts": refund.get("metadata") or {}}


def _mandate_news(mandate: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "method": Method(
            provider_customer_id=(mandate.get("links") or {}).get("customer") or "",
            provider_method_id=mandate["id"],
            kind=mandate.get("scheme") or "mandate",
            label=f"Mandate {mandate.get('reference') or mandate['id']}",
        )
    }


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the SDK's errors into the protocol's."""
    try:
        yield
    except (errors.RateLimitError, errors.GoCardlessInternalError) as error:
        raise Unreachable(str(error)) from error
    except errors.ApiError as error:
        code = next((each.get("reason") for each in error.errors or [] if each.get("reason")), None)
        raise Rejected(code or error.type or "invalid_request", str(error)) from error
    except (errors.MalformedResponseError, requests.RequestException) as error:
        raise Unreachable(str(error)) from error
