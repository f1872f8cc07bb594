"""A sandbox for worked examples: everything through the API, at the moments that the example names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from activity.actors import COMMAND
from organizations.models import Organization
from tests.api.client import ApiClient
from tests.factories import OrganizationFactory
from workflows.advance_clock import advance_clock


class Sandbox:
    """One organization, one customer (`cust`), and a clock."""

    def __init__(self, at: str, *, tax: str | None = None, **customer: Any) -> None:
        self.organization = OrganizationFactory(is_sandbox=True)
        self.api = ApiClient(self.organization)
        self.events = self.names = 0
        self.at(at)
        if tax is not None:
            self.tax("vat", tax, applied_to_organization=True)
        self.customer("cust", **customer)

    def at(self, moment: str) -> None:
        """Move the clock."""
        to = datetime.fromisoformat(moment)
        to = to if to.tzinfo else to.replace(tzinfo=UTC)
        row = Organization.objects.get(pk=self.organization.pk)
        self.organization = advance_clock(row, to=to, actor=COMMAND)

    def ask(self, verb: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Send a request and return the JSON of the answer."""
        found, reply = (
            getattr(self.api, verb)(path, body)
            if body is not None
            else getattr(self.api, verb)(path)
        )
        assert found == status, reply
        return reply

    def _new(self, root: str, path: str, **body: Any) -> Any:
        return self.ask("post", f"/{path}", {root: body})[root]

    def _name(self, word: str) -> str:
        self.names += 1
        return f"{word}{self.names}"

    def customer(self, external_id: str, *, grace: int | None = None, **settings: Any) -> Any:
        """Create or change a customer."""
        if grace is not None:
            settings["billing_configuration"] = {"invoice_grace_period": grace}
        body = {"external_id": external_id, "currency": "EUR", **settings}
        return self._new("customer", "customers", **body)

    def tax(self, code: str, rate: str, **more: Any) -> str:
        """Create a tax and return its code."""
        return self._new("tax", "taxes", name=code, code=code, rate=rate, **more)["code"]

    def metric(self, aggregation: str = "count_agg", **more: Any) -> str:
        """Create a metric and return its code."""
        code = self._name("metric")
        if aggregation != "count_agg":
            more = {"field_name": "amount", **more}
        body = {"name": code, "code": code, "aggregation_type": aggregation, **more}
        self.metric_ids = getattr(self, "metric_ids", {})
        self.metric_ids[code] = self._new("billable_metric", "billable_metrics", **body)["lago_id"]
        return code

    def charge(self, metric: str, model: str = "standard", **more: Any) -> dict[str, Any]:
        """Describe a charge; what is no option of charges is one of its properties."""
        options = ("pay_in_advance", "invoiceable", "prorated", "min_amount_cents", "tax_codes")
        options += ("regroup_paid_fees", "filters")
        chosen = {key: value for key, value in more.items() if key in options}
        properties = {key: value for key, value in more.items() if key not in options}
        return {
            "billable_metric_id": self.metric_ids[metric],
            "charge_model": model,
            "properties": properties,
            **chosen,
        }

    def plan(self, amount_cents: int, *charges: Any, interval: str = "monthly", **more: Any) -> str:
        """Create a plan and return its code."""
        code = self._name("plan")
        body = {"name": code, "code": code, "interval": interval, "amount_currency": "EUR", **more}
        body = {"pay_in_advance": False, **body, "charges": list(charges)}
        self._new("plan", "plans", amount_cents=amount_cents, **body)
        return code

    def subscribe(self, plan: str, external_id: str = "sub", **more: Any) -> Any:
        """Assign a plan."""
        body = {"external_customer_id": "cust", "external_id": external_id, "plan_code": plan}
        return self._new("subscription", "subscriptions", **{**body, **more})

    def end(self, external_id: str = "sub", **options: str) -> Any:
        """Terminate a subscription."""
        asked = "&".join(f"{key}={value}" for key, value in options.items())
        return self.ask("delete", f"/subscriptions/{external_id}" + (f"?{asked}" if asked else ""))

    def use(self, code: str, external_id: str = "sub", at: str | None = None, **given: Any) -> None:
        """Send an event; `total` is its precise total amount in minor units."""
        self.events += 1
        event = {
            "transaction_id": f"t{self.events}",
            "external_subscription_id": external_id,
            "code": code,
        }
        if at is not None:
            event["timestamp"] = at
        if "total" in given:
            event["precise_total_amount_cents"] = given.pop("total")
        self.ask("post", "/events", {"event": {**event, "properties": given}})

    def invoices(self, **filters: str) -> list[Any]:
        """Return the customer's invoices in detail, oldest first."""
        asked = "&".join(f"{key}={value}" for key, value in filters.items())
        listed = self.ask("get", f"/invoices?external_customer_id=cust&per_page=100&{asked}")
        rows = sorted(reversed(listed["invoices"]), key=lambda row: row["created_at"])
        return [self.ask("get", f"/invoices/{row['lago_id']}")["invoice"] for row in rows]

    def totals(self, name: str = "total_amount_cents") -> list[int]:
        """Return an amount of each invoice, oldest first."""
        return [invoice[name] for invoice in self.invoices()]

    def notes(self) -> list[Any]:
        """Return the customer's credit notes, oldest first."""
        listed = self.ask("get", "/credit_notes?external_customer_id=cust&per_page=100")
        return sorted(reversed(listed["credit_notes"]), key=lambda row: row["created_at"])

    def note_totals(self) -> list[int]:
        """Return the total of each credit note, oldest first."""
        return [note["total_amount_cents"] for note in self.notes()]

    def usage(self, external_id: str = "sub") -> int:
        """Return what the current usage comes to, without taxes."""
        path = f"/customers/cust/current_usage?external_subscription_id={external_id}"
        return self.ask("get", path)["customer_usage"]["amount_cents"]

    def fees(self) -> list[Any]:
        """Return the fees of charges, oldest first."""
        listed = self.ask("get", "/fees?external_customer_id=cust&fee_type=charge&per_page=100")
        return sorted(reversed(listed["fees"]), key=lambda row: row["created_at"])


def amounts(invoice: Any, fee_type: str) -> list[int]:
    """Return the amounts of the fees of one type, in ascending order."""
    return sorted(f["amount_cents"] for f in invoice["fees"] if f["item"]["type"] == fee_type)
