"""Call the operations of the contract that a client's usual day leaves out, against a running server.

    API_URL=http://127.0.0.1:8000 API_KEY=… python -m tests.conformance.rest_of_contract

The key is one of a sandbox, whose clock is moved forward by some weeks. FAILED_INVOICE names an invoice that has
failed, which no request can bring about. Prints a line for each operation; ends with 1 if one was refused.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


@dataclass
class Server:
    """A server under `url`, and what it was asked: operation and status."""

    url: str
    key: str
    asked: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self.url.rstrip("/").removesuffix("/api/v1") + "/api/v1"
        self.client = httpx.Client(headers={"Authorization": f"Bearer {self.key}"}, timeout=120)

    def ask(self, method: str, path: str, body: Any = None, **parameters: Any) -> Any:
        """Send a request, note its status, and return the JSON of the answer (None if there is none)."""
        answer = self.client.request(method, self.root + path, json=body, params=parameters)
        self.asked.append((f"{method} {path}", answer.status_code))
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.json() if is_json and answer.content else None

    @property
    def refused(self) -> list[tuple[str, int]]:
        """What was not answered with success."""
        return [(what, status) for what, status in self.asked if not 200 <= status < 300]


def call_all(server: Server, *, failed_invoice: str | None = None) -> None:
    """Call each operation of the contract's first tier that the client's mission leaves out."""
    mark = uuid.uuid4().hex[:8]
    now = _now(server)
    _sell(server, mark)
    _look(server, mark)
    _coupons_and_wallets(server, mark, now)
    _charges(server, mark)
    _ask_for_payment(server, mark, now)
    server.ask("GET", "/webhooks/public_key")
    if failed_invoice:
        server.ask("POST", f"/invoices/{failed_invoice}/retry")


def _now(server: Server) -> datetime:
    told = server.ask("GET", "/sandbox/clock")["clock"]["now"]
    return datetime.fromisoformat(told) if told else datetime.now(UTC)


def _sell(server: Server, mark: str) -> None:
    """A customer with usage, a fee in advance that no invoice has, and an invoice that falls due at once."""
    metric = {"name": "Calls", "code": f"calls-{mark}", "aggregation_type": "count_agg"}
    made = server.ask("POST", "/billable_metrics", {"billable_metric": metric})["billable_metric"]
    charge = {
        "billable_metric_id": made["lago_id"],
        "charge_model": "standard",
        "pay_in_advance": True,
        "invoiceable": False,
        "properties": {"amount": "3"},
    }
    plan = {
        "name": "Plan",
        "code": f"plan-{mark}",
        "interval": "monthly",
        "amount_cents": 1000,
        "amount_currency": "EUR",
        "charges": [charge],
    }
    server.ask("POST", "/plans", {"plan": plan})
    customer = {"external_id": mark, "name": "Hooli", "currency": "EUR", "net_payment_term": 0}
    server.ask("POST", "/customers", {"customer": customer})
    subscription = {
        "external_customer_id": mark,
        "plan_code": f"plan-{mark}",
        "external_id": f"sub-{mark}",
    }
    server.ask("POST", "/subscriptions", {"subscription": subscription})
    event = {
        "transaction_id": f"t-{mark}",
        "external_subscription_id": f"sub-{mark}",
        "code": f"calls-{mark}",
    }
    server.ask("POST", "/events", {"event": event})
    add_on = {"name": "Set-up", "code": f"setup-{mark}", "amount_cents": 5000}
    server.ask("POST", "/add_ons", {"add_on": add_on | {"amount_currency": "EUR"}})
    lines = {"fees": [{"add_on_code": f"setup-{mark}"}], "currency": "EUR"}
    server.ask("POST", "/invoices", {"invoice": lines | {"external_customer_id": mark}})


def _look(server: Server, mark: str) -> None:
    server.ask("GET", "/events", external_subscription_id=f"sub-{mark}")
    for name in ("applied_coupons", "credit_notes", "payment_requests", "payments"):
        server.ask("GET", f"/customers/{mark}/{name}")
    for name in ("subscriptions", "wallets", "invoices"):
        server.ask("GET", f"/customers/{mark}/{name}")
    fees = server.ask("GET", "/fees", external_subscription_id=f"sub-{mark}", fee_type="charge")
    for fee in fees["fees"]:
        server.ask("PUT", f"/fees/{fee['lago_id']}", {"fee": {"payment_status": "succeeded"}})
        server.ask("DELETE", f"/fees/{fee['lago_id']}")


def _coupons_and_wallets(server: Server, mark: str, now: datetime) -> None:
    coupon = {
        "name": "Welcome",
        "code": f"coupon-{mark}",
        "coupon_type": "percentage",
        "percentage_rate": "10",
        "frequency": "once",
        "expiration": "no_expiration",
    }
    server.ask("POST", "/coupons", {"coupon": coupon})
    server.ask("PUT", f"/coupons/coupon-{mark}", {"coupon": coupon | {"name": "Hello"}})
    wallet = {
        "external_customer_id": mark,
        "rate_amount": "1",
        "name": "Prepaid",
        "currency": "EUR",
        "granted_credits": "10",
        "expiration_at": (now + timedelta(days=365)).isoformat(),
    }
    made = server.ask("POST", "/wallets", {"wallet": wallet})["wallet"]["lago_id"]
    server.ask("PUT", f"/wallets/{made}", {"wallet": {"name": "Credits"}})
    [moved] = server.ask("GET", f"/wallets/{made}/wallet_transactions")["wallet_transactions"]
    server.ask("GET", f"/wallet_transactions/{moved['lago_id']}")
    server.ask("DELETE", f"/wallets/{made}")


def _charges(server: Server, mark: str) -> None:
    """A charge by itself, on a plan that nobody has."""
    metrics = server.ask("GET", f"/billable_metrics/calls-{mark}")["billable_metric"]
    code, charge_code = f"plan2-{mark}", f"charge-{mark}"
    plan = {"name": "Plan 2", "code": code, "interval": "monthly", "amount_cents": 0}
    server.ask("POST", "/plans", {"plan": plan | {"amount_currency": "EUR", "charges": []}})
    charge = {
        "billable_metric_id": metrics["lago_id"],
        "code": charge_code,
        "charge_model": "standard",
        "properties": {"amount": "1"},
    }
    server.ask("POST", f"/plans/{code}/charges", {"charge": charge})
    server.ask("GET", f"/plans/{code}/charges")
    dearer = {"charge_model": "standard", "properties": {"amount": "2"}}
    server.ask("PUT", f"/plans/{code}/charges/{charge_code}", {"charge": dearer})
    server.ask("DELETE", f"/plans/{code}/charges/{charge_code}")


def _ask_for_payment(server: Server, mark: str, now: datetime) -> None:
    """Let the one-off invoice fall overdue, and ask for it."""
    later = (now + timedelta(days=2)).isoformat()
    server.ask("PUT", "/sandbox/clock", {"clock": {"now": later}})
    overdue = server.ask("GET", f"/customers/{mark}/invoices", payment_overdue="true")["invoices"]
    asked = {
        "external_customer_id": mark,
        "email": "billing@example.com",
        "lago_invoice_ids": [invoice["lago_id"] for invoice in overdue],
    }
    made = server.ask("POST", "/payment_requests", {"payment_request": asked})
    server.ask("GET", f"/payment_requests/{made['payment_request']['lago_id']}")
    server.ask("GET", f"/customers/{mark}/payment_requests")


def _lines(server: Server) -> Iterator[str]:
    for what, status in server.asked:
        yield f"{'ok  ' if 200 <= status < 300 else 'FAIL'} {status} {what}"
    yield f"{len(server.asked)} asked, {len(server.refused)} refused"


if __name__ == "__main__":
    asked = Server(os.environ["API_URL"], os.environ["API_KEY"])
    call_all(asked, failed_invoice=os.environ.get("FAILED_INVOICE"))
    print(*_lines(asked), sep="\n")
    sys.exit(bool(asked.refused))
