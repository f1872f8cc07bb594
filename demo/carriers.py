"""The sixteen carriers as customers. Cities are real; people, phones and e-mail addresses are not."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta

from activity.actors import Actor
from catalog.models import Plan
from customers.models import Customer
from demo.calendar import FIRST_DAY
from demo.flights import DATA, carriers
from organizations.models import Organization
from subscriptions.new import NewSubscription
from workflows.assign_plan import assign_plan
from workflows.create_customer import create_customer

BANK = "bank-transfer"
"""Code of the connection by which all of them pay."""

A_DAY = 4
"""So many contracts are signed on a day, one every other hour."""

PAY_WITHIN_30_DAYS = {"AA", "DL"}
SHIPPING = {
    "shipping_address_line1": "JFK International Airport, Terminal 5",
    "shipping_city": "Queens",
    "shipping_state": "NY",
    "shipping_zipcode": "11430",
    "shipping_country": "US",
}


def sign_carriers(
    organization: Organization, plan: Plan, *, actor: Actor, at: datetime
) -> dict[str, Customer]:
    """Create the customers, one after another from `at`, and their subscriptions; return them by code."""
    known = _contacts()
    signed = {}
    for number, (code, name) in enumerate(carriers()):
        signed_at = at + timedelta(days=number // A_DAY, hours=number % A_DAY * 2)
        values = {"external_id": code, "name": name, **_terms(code), **known[code]}
        signed[code] = create_customer(organization, values, actor=actor, at=signed_at)
        asked = NewSubscription(
            external_id=f"{code}-airport",
            plan=plan,
            name="New York airports",
            subscription_at=FIRST_DAY,
        )
        assign_plan(organization, external_customer_id=code, asked=asked, actor=actor, at=signed_at)
    return signed


def _contacts() -> dict[str, dict[str, str]]:
    """Read who is to be billed where, by the code of the carrier."""
    with (DATA / "customers.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row.pop("external_id"): {name: value for name, value in row.items() if value}
            for row in csv.DictReader(lines)
        }


def _terms(code: str) -> dict[str, object]:
    terms: dict[str, object] = {
        "currency": "USD",
        "customer_type": "company",
        "country": "US",
        "payment_provider": "manual",
        "payment_provider_code": BANK,
        "metadata": [{"key": "iata", "value": code, "display_in_invoice": True}],
    }
    if code in PAY_WITHIN_30_DAYS:
        terms["net_payment_term"] = 30
    return terms | (SHIPPING if code == "B6" else {})
