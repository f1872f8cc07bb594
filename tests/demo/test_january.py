"""The demo's figures are those that somebody else works out from the file of flights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo import by_hand

pytestmark = pytest.mark.django_db
CARRIERS = "9E AA AS B6 DL EV F9 FL HA MQ OO UA US VX WN YV".split()
ENDED = {"AA", "YV"}  # whose contract ended in February
LIVE = [code for code in CARRIERS if code not in ENDED]


@pytest.fixture(scope="module")
def january() -> dict[str, by_hand.Usage]:
    flights = by_hand.flown(by_hand.JANUARY, by_hand.FEBRUARY, closed=False)
    return {code: by_hand.usage_of(flights[code]) for code in CARRIERS}


@pytest.fixture(scope="module")
def february() -> dict[str, by_hand.Usage]:
    flights = by_hand.flown(by_hand.FEBRUARY, by_hand.NOW, closed=True)
    return {code: by_hand.usage_of(flights[code]) for code in CARRIERS}


def test_sixteen_carriers_are_billed_for_january(ask: Any, january: Any) -> None:
    listed = ask("/invoices", issuing_date_from="2013-02-01", issuing_date_to="2013-02-01")

    codes = [invoice["customer"]["external_id"] for invoice in listed["invoices"]]
    assert sorted(codes) == CARRIERS
    fees = sum(by_hand.MONTH + sum(usage.cents.values()) for usage in january.values())
    assert sum(invoice["fees_amount_cents"] for invoice in listed["invoices"]) == fees


@pytest.mark.parametrize("code", CARRIERS)
def test_the_invoice_of_january_is_right_to_the_cent(ask: Any, january: Any, code: str) -> None:
    usage = january[code]
    fees_cents = by_hand.MONTH + sum(usage.cents.values())

    invoice = _invoice_of_january(ask, code)

    assert _amounts(invoice) == {
        "fees_amount_cents": fees_cents,
        "coupons_amount_cents": 0,
        "credit_notes_amount_cents": 0,
        "prepaid_credit_amount_cents": 0,
        "taxes_amount_cents": by_hand.tax_on(fees_cents),
        "total_amount_cents": fees_cents + by_hand.tax_on(fees_cents),
    }
    assert (invoice["status"], invoice["currency"]) == ("finalized", "USD")


@pytest.mark.parametrize("code", CARRIERS)
def test_every_fee_of_january_is_right(ask: Any, january: Any, code: str) -> None:
    usage = january[code]

    fees = _invoice_of_january(ask, code)["fees"]

    base = [fee["amount_cents"] for fee in fees if fee["item"]["type"] == "subscription"]
    assert base == [by_hand.MONTH]
    charged: dict[str, tuple[float, int]] = {}
    for fee in fees:
        if fee["item"]["type"] == "charge" and fee["item"]["code"] != "departures":
            charged[fee["item"]["code"]] = (float(fee["units"]), fee["amount_cents"])
    assert charged == {
        metric: (units, usage.cents[metric])
        for metric, units in usage.units.items()
        if metric != "departures" and metric in charged
    }
    departures = [fee for fee in fees if fee["item"]["code"] == "departures"]
    assert sorted((float(fee["units"]), fee["amount_cents"]) for fee in departures) == sorted(
        figures for figures in usage.by_airport.values() if figures[0] or len(departures) == 3
    )


@pytest.mark.parametrize("code", LIVE)
def test_current_usage_is_right(ask: Any, february: Any, code: str) -> None:
    expected = february[code]
    total = sum(expected.cents.values())

    usage = ask(f"/customers/{code}/current_usage", external_subscription_id=f"{code}-airport")[
        "customer_usage"
    ]

    assert (usage["amount_cents"], usage["taxes_amount_cents"], usage["total_amount_cents"]) == (
        total,
        by_hand.tax_on(total),
        total + by_hand.tax_on(total),
    )
    charges = {one["billable_metric"]["code"]: one for one in usage["charges_usage"]}
    assert {name: one["amount_cents"] for name, one in charges.items()} == expected.cents
    assert {name: float(one["units"]) for name, one in charges.items()} == expected.units
    assert {
        (one["values"] or {"origin": ["EWR"]})["origin"][0]: (
            float(one["units"]),
            one["amount_cents"],
        )
        for one in charges["departures"]["filters"]
    } == expected.by_airport


def test_the_demo_stands_at_noon_of_20_february(ask: Any) -> None:
    clock = ask("/sandbox/clock")["clock"]

    assert clock["now"] == "2013-02-20T17:00:00Z"


def _invoice_of_january(ask: Any, code: str) -> Any:
    listed = ask("/invoices", external_customer_id=code, issuing_date_to="2013-02-01")["invoices"]
    [invoice] = [one for one in listed if one["invoice_type"] == "subscription"]
    return ask(f"/invoices/{invoice['lago_id']}")["invoice"]


def _amounts(invoice: Any) -> dict[str, int]:
    names = "fees coupons credit_notes prepaid_credit taxes total".split()
    return {f"{name}_amount_cents": invoice[f"{name}_amount_cents"] for name in names}
