"""Random worlds: an organization with a rich catalog, and customers to whom everything happens."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from activity.actors import COMMAND
from billing.errors import DomainError
from customers.models import Customer
from organizations.models import Organization
from tests.api.client import ApiClient
from tests.factories import OrganizationFactory
from workflows.advance_clock import advance_clock
from workflows.create_customer import create_customer

BEGUN = datetime(2024, 1, 20, 10, tzinfo=UTC)
ZONES = ("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Europe/Berlin")
METRICS: list[dict[str, Any]] = [
    {"code": "calls", "aggregation_type": "count_agg"},
    {"code": "volume", "aggregation_type": "sum_agg", "field_name": "amount"},
    {"code": "seats", "aggregation_type": "sum_agg", "field_name": "amount", "recurring": True},
    {"code": "users", "aggregation_type": "unique_count_agg", "field_name": "user"},
]
TIERS = [
    {"from_value": 0, "to_value": 3, "per_unit_amount": "1.5", "flat_amount": "1"},
    {"from_value": 4, "to_value": None, "per_unit_amount": "0.333", "flat_amount": "2"},
]
CHARGES: list[dict[str, Any]] = [
    {"metric": "calls", "charge_model": "standard", "properties": {"amount": "0.777"}},
    {"metric": "calls", "charge_model": "graduated", "properties": {"graduated_ranges": TIERS}},
    {
        "metric": "calls",
        "charge_model": "standard",
        "properties": {"amount": "1.11"},
        "pay_in_advance": True,
    },
    {
        "metric": "users",
        "charge_model": "standard",
        "properties": {"amount": "3"},
        "pay_in_advance": True,
        "invoiceable": False,
        "regroup_paid_fees": "invoice",
    },
    {
        "metric": "volume",
        "charge_model": "percentage",
        "properties": {"rate": "2.5", "fixed_amount": "0.1"},
        "min_amount_cents": 900,
    },
    {
        "metric": "volume",
        "charge_model": "package",
        "properties": {"amount": "4", "package_size": 5, "free_units": 2},
    },
    {
        "metric": "seats",
        "charge_model": "standard",
        "properties": {"amount": "7"},
        "prorated": True,
    },
]
COUPONS: list[dict[str, Any]] = [
    {"coupon_type": "fixed_amount", "amount_cents": 700, "frequency": "once", "reusable": False},
    {"coupon_type": "fixed_amount", "amount_cents": 300, "frequency": "forever"},
    {"coupon_type": "percentage", "percentage_rate": "12.5", "frequency": "once"},
    {
        "coupon_type": "percentage",
        "percentage_rate": "33.33",
        "frequency": "recurring",
        "frequency_duration": 2,
    },
]


@dataclass
class World:
    """An organization in a sandbox, its catalog, and the dice that decide."""

    dice: random.Random
    organization: Organization
    api: ApiClient
    plans: list[str] = field(default_factory=list)
    now: datetime = BEGUN
    refusals: list[str] = field(default_factory=list)
    made: int = 0

    def fresh(self, word: str) -> str:
        """Return a name that has not been used."""
        self.made += 1
        return f"{word}-{self.made}"

    def new_customer(self, external_id: str | None = None) -> Customer:
        """Create a customer with settings of its own."""
        values = {
            "external_id": external_id or self.fresh("customer"),
            "timezone": self.dice.choice(ZONES),
            "invoice_grace_period": self.dice.choice([None, 0, 2]),
            "finalize_zero_amount_invoice": self.dice.choice(["inherit", "inherit", "skip"]),
        }
        return create_customer(self.organization, values, actor=COMMAND, at=self.now)

    def move_clock(self, hours: int) -> None:
        """Let time pass."""
        self.now += timedelta(hours=hours, minutes=self.dice.randrange(60))
        self.organization = advance_clock(self.organization, to=self.now, actor=COMMAND)

    def use(self, external_id: str) -> None:
        """Send an event."""
        properties = {"amount": self.dice.randrange(-1, 9), "user": self.dice.choice("abcd")}
        event = {
            "transaction_id": self.fresh("event"),
            "external_subscription_id": external_id,
            "code": self.dice.choice(METRICS)["code"],
            "timestamp": self.now.timestamp(),
            "properties": properties,
        }
        status, reply = self.api.post("/events", {"event": event})
        assert status == 200, reply

    def refuse(self, refusal: DomainError) -> None:
        """Remember that something was refused, and why."""
        self.refusals.append(refusal.code)


def new_world(dice: random.Random) -> World:
    """Make an organization with taxes, metrics, plans, coupons and an add-on."""
    organization = OrganizationFactory(
        is_sandbox=True,
        timezone=dice.choice(ZONES),
        document_numbering=dice.choice(["per_customer", "per_organization"]),
    )
    advance_clock(organization, to=BEGUN, actor=COMMAND)
    organization = Organization.objects.get(pk=organization.pk)
    world = World(dice, organization, ApiClient(organization))
    for number, rate in enumerate(dice.sample(["20", "8.875", "2.5"], dice.randrange(3))):
        tax = {"name": f"Tax {number}", "code": f"tax-{number}", "rate": rate}
        _add(world, "tax", "taxes", {**tax, "applied_to_organization": True})
    metrics = {}
    for metric in METRICS:
        made = _add(world, "billable_metric", "billable_metrics", {"name": "Metric", **metric})
        metrics[metric["code"]] = made["lago_id"]
    for number in range(5):
        world.plans.append(_add(world, "plan", "plans", _plan(dice, number, metrics))["code"])
    for number, coupon in enumerate(COUPONS):
        terms = {"name": "Coupon", "code": f"coupon-{number}", "expiration": "no_expiration"}
        _add(world, "coupon", "coupons", {"amount_currency": "EUR", **terms, **coupon})
    add_on = {"name": "Set-up", "code": "set-up", "amount_cents": 4_999, "amount_currency": "EUR"}
    _add(world, "add_on", "add_ons", add_on)
    return world


def _plan(dice: random.Random, number: int, metrics: dict[str, str]) -> dict[str, Any]:
    charges = []
    for charge in dice.sample(CHARGES, dice.randrange(1, 4)):
        terms = {key: value for key, value in charge.items() if key != "metric"}
        charges.append({**terms, "billable_metric_id": metrics[charge["metric"]]})
    plan: dict[str, Any] = {
        "name": f"Plan {number}",
        "code": f"plan-{number}",
        "interval": dice.choice(["weekly", "monthly", "monthly", "quarterly", "yearly"]),
        "amount_cents": dice.choice([0, 1_000, 2_999, 12_345]),
        "amount_currency": "EUR",
        "pay_in_advance": dice.random() < 0.5,
        "charges": charges,
    }
    if dice.random() < 0.25:
        plan["trial_period"] = dice.choice([3, 10])
    if dice.random() < 0.3:
        plan["minimum_commitment"] = {"amount_cents": 9_000}
    if dice.random() < 0.3:
        plan["usage_thresholds"] = [{"amount_cents": 800}, {"amount_cents": 700, "recurring": True}]
    return plan


def _add(world: World, root: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    status, reply = world.api.post(f"/{path}", {root: body})
    assert status == 200, reply
    return reply[root]
