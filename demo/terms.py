"""What the airports sell: metrics, the plan with its charges, add-ons, the tax."""

from __future__ import annotations

from datetime import datetime

from activity.actors import Actor
from catalog.models import Plan
from catalog.operations import add_ons, metrics, plans, taxes
from organizations.models import Organization

USD = "USD"
AIRPORTS = ["EWR", "JFK", "LGA"]
TAX = {
    "name": "New York sales tax",
    "code": "ny",
    "rate": "8.875",
    "description": "State 4 %, city 4.5 %, Metropolitan Commuter Transportation District 0.375 %",
    "applied_to_organization": True,
}
METRICS = (
    {
        "name": "Departures",
        "code": "departures",
        "description": "Scheduled departures, by the airport they leave from",
        "aggregation_type": "count_agg",
        "filters": [{"key": "origin", "values": AIRPORTS}],
    },
    {
        "name": "Miles",
        "code": "miles",
        "description": "Miles of all scheduled flights",
        "aggregation_type": "sum_agg",
        "field_name": "miles",
    },
    {
        "name": "Aircraft",
        "code": "aircraft",
        "description": "Different aircraft, by tail number",
        "aggregation_type": "unique_count_agg",
        "field_name": "tail_number",
    },
    {
        "name": "Worst delay",
        "code": "worst_delay",
        "description": "Minutes of the longest delay",
        "aggregation_type": "max_agg",
        "field_name": "minutes",
    },
    {
        "name": "Cancellations",
        "code": "cancellations",
        "description": "Flights that did not leave",
        "aggregation_type": "count_agg",
    },
)
PLAN = {
    "name": "Airport services",
    "code": "airport-services",
    "description": "Gates, runways and handling at Newark, Kennedy and LaGuardia",
    "interval": "monthly",
    "amount_cents": 500_000,
    "amount_currency": USD,
    "pay_in_advance": False,
}
CHARGES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("departures", "standard", {"amount": "60"}),
    ("miles", "package", {"amount": "12", "package_size": 1000, "free_units": 10_000}),
    (
        "aircraft",
        "volume",
        {
            "volume_ranges": [
                {"from_value": 0, "to_value": 50, "per_unit_amount": "200", "flat_amount": "0"},
                {"from_value": 51, "to_value": 200, "per_unit_amount": "150", "flat_amount": "0"},
                {"from_value": 201, "to_value": None, "per_unit_amount": "100", "flat_amount": "0"},
            ]
        },
    ),
    ("worst_delay", "standard", {"amount": "1"}),
    (
        "cancellations",
        "graduated",
        {
            "graduated_ranges": [
                {"from_value": 0, "to_value": 10, "per_unit_amount": "0", "flat_amount": "0"},
                {"from_value": 11, "to_value": None, "per_unit_amount": "250", "flat_amount": "0"},
            ]
        },
    ),
)
PRICE_AT = {"JFK": "75", "LGA": "65"}
ADD_ONS = (
    ("gate-fit-out", "Gate fit-out", "Counters, boards and jet bridge of one gate", 480_000),
    ("de-icing", "De-icing", "De-icing of one aircraft, fluid included", 145_000),
    ("lounge-card", "Lounge card", "Access to the crews' lounge, for a year", 4_500),
    ("ramp-training", "Ramp training", "One day of training for six people", 98_000),
)


def offer(organization: Organization, *, actor: Actor, at: datetime) -> Plan:
    """Create all of it and return the plan."""
    taxes.create(organization, TAX, actor=actor, at=at)
    known = {
        str(metric["code"]): metrics.create(organization, metric, actor=actor, at=at)
        for metric in METRICS
    }
    for code, name, description, cents in ADD_ONS:
        terms = {"code": code, "name": name, "description": description, "amount_cents": cents}
        add_ons.create(organization, {**terms, "amount_currency": USD}, actor=actor, at=at)
    charges = [
        {
            "billable_metric_id": known[code].pk,
            "charge_model": model,
            "properties": properties,
            "filters": _filters() if code == "departures" else [],
        }
        for code, model, properties in CHARGES
    ]
    return plans.create(organization, {**PLAN, "charges": charges}, actor=actor, at=at)


def _filters() -> list[dict[str, object]]:
    return [
        {
            "invoice_display_name": f"From {airport}",
            "values": {"origin": [airport]},
            "properties": {"amount": amount},
        }
        for airport, amount in PRICE_AT.items()
    ]
