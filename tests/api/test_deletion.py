"""The sentences S16 to S23 of the page over the API, with amounts.

A coupon of 5.00, a wallet of 20.00, a tax of 20 % and usage of 3.00 are in play; the plan costs 31.00 a month of 31 days,
begins on 1 March and is deleted on the 11th. In arrears 11 days are billed; in advance 20 are given back. With a grace
period everything is a draft until the deletion finalizes it, and must come to the same.
"""

from __future__ import annotations

import pytest

from tests.api.client import ApiClient
from tests.factories import OrganizationFactory

CASES = [
    pytest.param(in_advance, grace, id=f"{'advance' if in_advance else 'arrears'}-grace-{grace}")
    for in_advance in (False, True)
    for grace in (0, 30)
]


def ok(reply):
    status, document = reply
    assert status == 200, document
    return document


def move(api, moment):
    ok(api.put("/sandbox/clock", {"clock": {"now": moment}}))


def story(in_advance, grace):
    api = ApiClient(OrganizationFactory(is_sandbox=True))
    move(api, "2024-03-01T00:00:00Z")
    ok(
        api.post(
            "/taxes",
            {"tax": {"name": "VAT", "code": "vat", "rate": 20, "applied_to_organization": True}},
        )
    )
    metric = ok(
        api.post(
            "/billable_metrics",
            {
                "billable_metric": {
                    "name": "Calls",
                    "code": "calls",
                    "aggregation_type": "count_agg",
                }
            },
        )
    )
    charge = {
        "billable_metric_id": metric["billable_metric"]["lago_id"],
        "charge_model": "standard",
        "properties": {"amount": "1"},
    }
    plan = {
        "name": "Plan",
        "code": "plan",
        "interval": "monthly",
        "amount_cents": 3100,
        "amount_currency": "EUR",
        "pay_in_advance": in_advance,
        "charges": [charge],
    }
    ok(api.post("/plans", {"plan": plan}))
    customer = {
        "external_id": "acme",
        "currency": "EUR",
        "billing_configuration": {"invoice_grace_period": grace},
    }
    ok(api.post("/customers", {"customer": customer}))
    coupon = {
        "name": "Five",
        "code": "five",
        "coupon_type": "fixed_amount",
        "amount_cents": 500,
        "amount_currency": "EUR",
        "frequency": "once",
        "expiration": "no_expiration",
    }
    ok(api.post("/coupons", {"coupon": coupon}))
    ok(
        api.post(
            "/applied_coupons",
            {"applied_coupon": {"external_customer_id": "acme", "coupon_code": "five"}},
        )
    )
    wallet = {
        "external_customer_id": "acme",
        "rate_amount": "1",
        "currency": "EUR",
        "granted_credits": "20",
    }
    wallet_id = ok(api.post("/wallets", {"wallet": wallet}))["wallet"]["lago_id"]
    subscription = {"external_customer_id": "acme", "external_id": "sub", "plan_code": "plan"}
    ok(api.post("/subscriptions", {"subscription": subscription}))
    later = subscription | {"external_id": "later", "subscription_at": "2024-05-01T00:00:00Z"}
    ok(api.post("/subscriptions", {"subscription": later}))
    move(api, "2024-03-05T00:00:00Z")
    events = [
        {"transaction_id": f"t{n}", "external_subscription_id": "sub", "code": "calls"}
        for n in range(3)
    ]
    ok(api.post("/events/batch", {"events": events}))
    move(api, "2024-03-11T00:00:00Z")
    ok(api.delete("/customers/acme"))
    return api, in_advance, wallet_id


def documents(api):
    invoices = ok(api.get("/invoices", external_customer_id="acme"))["invoices"]
    notes = ok(api.get("/credit_notes", external_customer_id="acme"))["credit_notes"]
    return sorted(invoices, key=lambda one: one["sequential_id"]), notes


AMOUNTS = (
    "fees_amount_cents",
    "coupons_amount_cents",
    "taxes_amount_cents",
    "credit_notes_amount_cents",
    "prepaid_credit_amount_cents",
    "total_amount_cents",
)


@pytest.mark.parametrize(("in_advance", "grace"), CASES)
def test_s16_to_s21_the_whole_page_in_figures(db, in_advance, grace):
    api, in_advance, wallet_id = story(in_advance, grace)

    invoices, notes = documents(api)
    assert {one["status"] for one in invoices} == {"finalized"}  # S20, S21
    figures = [tuple(one[name] for name in AMOUNTS) for one in invoices]
    if in_advance:
        assert figures == [(3100, 500, 520, 0, 2000, 1120), (300, 0, 60, 360, 0, 0)]
        [note] = notes  # S17: 20 of 31 days, less their share of the coupon, with tax
        assert note["reason"] == "order_cancellation"
        assert note["total_amount_cents"] == note["credit_amount_cents"] == 2012
        assert note["balance_amount_cents"] == 2012 - 360
    else:
        assert figures == [(1400, 500, 180, 0, 1080, 0)]  # S17: 11 days and 3 calls
        assert notes == []
    ended = ok(api.get("/subscriptions/sub", status="terminated"))["subscription"]
    assert ended["terminated_at"] == "2024-03-11T00:00:00Z"
    assert ok(api.get("/subscriptions/later", status="canceled"))["subscription"]["canceled_at"]
    assert ok(api.get("/applied_coupons"))["applied_coupons"] == []  # S18
    wallet = ok(api.get(f"/wallets/{wallet_id}"))["wallet"]  # S19
    assert (wallet["status"], wallet["balance_cents"]) == ("terminated", 0)
    ledger = ok(api.get(f"/wallets/{wallet_id}/wallet_transactions"))["wallet_transactions"]
    voided = [one["amount"] for one in ledger if one["transaction_status"] == "voided"]
    assert voided == ([] if in_advance else ["9.2"])


@pytest.mark.parametrize(("in_advance", "grace"), CASES)
def test_s22_a_deleted_customer_is_still_refunded(db, in_advance, grace):
    api, in_advance, _ = story(in_advance, grace)
    invoices, _ = documents(api)
    first = ok(api.get(f"/invoices/{invoices[0]['lago_id']}"))["invoice"]
    if not in_advance:
        asked = {
            "invoice_id": first["lago_id"],
            "refund_amount_cents": 100,
            "items": [{"fee_id": first["fees"][0]["lago_id"], "amount_cents": 100}],
        }
        status, refusal = api.post("/credit_notes", {"credit_note": asked})
        assert status == 422
        assert "refund_amount_cents" in refusal["error_details"]
        return
    payment = {"invoice_id": first["lago_id"], "amount_cents": 1120, "reference": "wire"}
    ok(api.post("/payments", {"payment": payment}))
    [fee] = [one for one in first["fees"] if one["item"]["type"] == "subscription"]
    # 3.10 of the fee, less its share of the coupon (0.50), with tax: 3.12
    item = {"fee_id": fee["lago_id"], "amount_cents": 310}
    asked = {"invoice_id": first["lago_id"], "refund_amount_cents": 312, "items": [item]}
    note = ok(api.post("/credit_notes", {"credit_note": asked}))["credit_note"]
    assert (note["refund_amount_cents"], note["refund_status"]) == (312, "pending")
    done = ok(
        api.put(f"/credit_notes/{note['lago_id']}", {"credit_note": {"refund_status": "succeeded"}})
    )
    assert done["credit_note"]["refund_status"] == "succeeded"


def test_s23_a_new_customer_sees_nothing_of_the_old_one(db):
    api, _, _ = story(True, 0)
    before, _ = documents(api)

    made = ok(api.post("/customers", {"customer": {"external_id": "acme", "currency": "USD"}}))[
        "customer"
    ]

    assert made["currency"] == "USD"
    assert made["sequential_id"] == 2
    assert ok(api.get("/customers/acme/wallets"))["wallets"] == []
    assert ok(api.get("/customers/acme/invoices"))["invoices"] == []
    assert ok(api.get("/customers/acme/credit_notes"))["credit_notes"] == []
    assert len(documents(api)[0]) == len(before)  # the old ones are still listed by the external id
    status, refusal = api.post(
        "/events",
        {"event": {"transaction_id": "t0", "external_subscription_id": "sub", "code": "calls"}},
    )
    assert (status, refusal["error_details"]) == (422, {"transaction_id": ["value_already_exist"]})


def test_a_second_deletion_finds_nobody_and_changes_nothing(db):
    api, _, _ = story(False, 0)
    before = documents(api)

    status, refusal = api.delete("/customers/acme")

    assert (status, refusal["code"]) == (404, "customer_not_found")
    assert documents(api) == before
