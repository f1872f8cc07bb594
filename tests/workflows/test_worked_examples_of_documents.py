"""Worked examples of coupons, taxes, wallets, credit notes and numbers. Amounts in minor units."""

from decimal import Decimal

import pytest

from tests.workflows.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def coupon(box: Sandbox, cents: int, code: str = "c", **limits) -> None:
    terms = {"name": code, "code": code, "coupon_type": "fixed_amount", "frequency": "once"}
    terms |= {"amount_cents": cents, "amount_currency": "EUR", "expiration": "no_expiration"}
    box.ask("post", "/coupons", {"coupon": {**terms, **limits}})
    applied = {"external_customer_id": "cust", "coupon_code": code}
    box.ask("post", "/applied_coupons", {"applied_coupon": applied})


def wallet(box: Sandbox, granted: str, **more) -> dict:
    body = {"external_customer_id": "cust", "rate_amount": "1", "currency": "EUR"}
    body |= {"granted_credits": granted, **more}
    return box.ask("post", "/wallets", {"wallet": body})["wallet"]


def balance(box: Sandbox, made: dict, name: str = "balance_cents"):
    return box.ask("get", f"/wallets/{made['lago_id']}")["wallet"][name]


def test_19_three_coupons_and_two_rates():
    box = Sandbox("2024-03-01T00:00")
    for rate in ("10", "20"):
        box.tax(f"t{rate}", rate)
    limited = []
    plans = []
    for number, external_id in enumerate(("one", "two")):
        metrics = [box.metric("sum_agg") for _ in range(4)]
        limited += metrics[:2]
        charges = [
            box.charge(metric, amount="10", tax_codes=["t20" if place == 1 else "t10"])
            for place, metric in enumerate(metrics)
        ]
        plans.append(box.plan(0, *charges, tax_codes=["t10"]))
        box.subscribe(plans[number], external_id)
        for units, metric in enumerate(metrics, start=1):
            box.use(metric, external_id, amount=units)
    coupon(box, 2000, "metrics", applies_to={"billable_metric_codes": limited[:2]})
    coupon(box, 1000, "plan", applies_to={"plan_codes": [plans[1]]})
    coupon(box, 500, "all")

    box.at("2024-04-01T06:00")

    [invoice] = box.invoices()
    assert invoice["fees_amount_cents"] == 20000
    assert invoice["coupons_amount_cents"] == 3500
    assert invoice["sub_total_excluding_taxes_amount_cents"] == 16500
    assert (invoice["taxes_amount_cents"], invoice["total_amount_cents"]) == (1889, 18389)
    taxed = [fee["taxes_amount_cents"] for fee in invoice["fees"] if fee["amount_cents"]]
    assert sorted(taxed) == sorted([32, 129, 291, 388, 87, 349, 262, 349])
    assert sum(taxed) == 1887


def test_20_three_rates_and_a_coupon():
    box = Sandbox("2024-03-01T00:00")
    for rate in ("0", "10", "20"):
        box.tax(f"t{rate}", rate)
    ten, none, twenty = (box.metric("sum_agg") for _ in range(3))
    plan = box.plan(
        0,
        box.charge(ten, amount="1", tax_codes=["t10"]),
        box.charge(none, amount="1", tax_codes=["t0"]),
        box.charge(twenty, amount="1", tax_codes=["t20"], min_amount_cents=5000),
    )
    box.subscribe(plan)
    for metric, amount in ((ten, 100), (none, 50), (twenty, 30)):
        box.use(metric, amount=amount)
    coupon(box, 1000)

    box.at("2024-04-01T06:00")

    [invoice] = box.invoices()
    taxed = {fee["amount_cents"]: fee["taxes_amount_cents"] for fee in invoice["fees"]}
    assert {cents: taxed[cents] for cents in (10000, 5000, 3000, 2000)} == {
        10000: 950,
        5000: 0,
        3000: 570,
        2000: 380,
    }
    assert (invoice["taxes_amount_cents"], invoice["total_amount_cents"]) == (1900, 20900)


def test_36_a_running_balance_counts_usage_and_drafts():
    box = Sandbox("2024-03-01T00:00", grace=3)
    metric = box.metric("sum_agg")
    box.subscribe(box.plan(0, box.charge(metric, amount="1")))
    made = wallet(box, "10")
    box.use(metric, amount=5)
    assert balance(box, made, "ongoing_balance_cents") == 500
    box.use(metric, amount=1)
    box.at("2024-04-01T06:00")
    assert balance(box, made, "ongoing_balance_cents") == 400
    box.use(metric, amount=3)
    assert balance(box, made, "ongoing_balance_cents") == 100

    box.at("2024-04-04T06:00")

    assert (balance(box, made), balance(box, made, "ongoing_balance_cents")) == (400, 100)


def test_37_prepaid_credits_pay_two_invoices():
    box = Sandbox("2024-03-01T00:00", tax="24")
    metric = box.metric("sum_agg")
    box.subscribe(box.plan(0, box.charge(metric, amount="1")))
    made = wallet(box, "39")
    box.use(metric, amount="14.29")
    box.at("2024-04-01T06:00")
    box.use(metric, amount="14.27")
    box.at("2024-05-01T06:00")

    assert box.totals("prepaid_credit_amount_cents") == [1772, 1769]
    assert balance(box, made) == 359


def test_38_credits_have_five_decimals_and_money_two():
    box = Sandbox("2024-03-01T00:00")
    made = wallet(box, "100")
    move = {"wallet_id": made["lago_id"], "voided_credits": "14.28444999"}
    reply = box.ask("post", "/wallet_transactions", {"wallet_transaction": move})
    [voided] = reply["wallet_transactions"]
    assert (Decimal(voided["amount"]), Decimal(voided["credit_amount"])) == (
        Decimal("14.28"),
        Decimal("14.28444"),
    )
    assert Decimal(balance(box, made, "credits_balance")) == Decimal("85.71556")
    assert balance(box, made) == 8572

    move = {"wallet_id": made["lago_id"], "granted_credits": "17.96999"}
    [granted] = box.ask("post", "/wallet_transactions", {"wallet_transaction": move})[
        "wallet_transactions"
    ]
    assert Decimal(granted["amount"]) == Decimal("17.97")


@pytest.mark.parametrize(("lines", "total", "notes"), [(2, 16399, [8200, 8199]), (4, 32798, [])])
def test_39_one_off_and_a_note_for_each_line(lines, total, notes):
    box = Sandbox("2024-03-01T00:00", tax="20")
    add_on = {"name": "A", "code": "a", "amount_cents": 6833, "amount_currency": "EUR"}
    box.ask("post", "/add_ons", {"add_on": add_on})
    body = {"external_customer_id": "cust", "currency": "EUR"}
    body["fees"] = [{"add_on_code": "a"} for _ in range(lines)]
    invoice = box.ask("post", "/invoices", {"invoice": body})["invoice"]
    assert invoice["total_amount_cents"] == total

    for number, cents in enumerate(notes):
        fee = invoice["fees"][number]["lago_id"]
        note = {"invoice_id": invoice["lago_id"], "credit_amount_cents": cents}
        note["items"] = [{"fee_id": fee, "amount_cents": 6833}]
        made = box.ask("post", "/credit_notes", {"credit_note": note})["credit_note"]
        assert made["total_amount_cents"] == cents


def test_40_a_note_on_a_fee_with_a_coupon():
    box = Sandbox("2024-03-01T00:00")
    box.tax("t10", "10")
    box.tax("t20", "20")
    first = box.plan(17900, tax_codes=["t10"])
    second = box.plan(39900, tax_codes=["t20"])
    box.subscribe(first, "one")
    box.subscribe(second, "two")
    coupon(box, 25000, applies_to={"plan_codes": [second]})
    box.at("2024-04-01T06:00")
    [invoice] = box.invoices()
    assert (invoice["taxes_amount_cents"], invoice["total_amount_cents"]) == (4770, 37570)

    fee = next(fee for fee in invoice["fees"] if fee["amount_cents"] == 39900)
    note = {"invoice_id": invoice["lago_id"], "credit_amount_cents": 11767}
    note["items"] = [{"fee_id": fee["lago_id"], "amount_cents": 26260}]
    made = box.ask("post", "/credit_notes", {"credit_note": note})["credit_note"]

    assert made["coupons_adjustment_amount_cents"] == 16454
    assert (made["taxes_amount_cents"], made["total_amount_cents"]) == (1961, 11767)


def test_41_numbers_by_customer_and_by_organization():
    box = Sandbox("2023-07-10T00:00")
    plan = box.plan(1000)
    for number in range(3):
        box.customer(f"c{number}")
        more = {"external_customer_id": f"c{number}"}
        box.subscribe(plan, f"s{number}", **more)
    box.ask("put", "/organizations", {"organization": {"document_number_prefix": "BENT-1"}})
    box.at("2023-10-01T06:00")

    changed = {"document_numbering": "per_organization", "document_number_prefix": "BENT-11"}
    box.ask("put", "/organizations", {"organization": changed})
    box.at("2023-11-01T06:00")
    box.ask("put", "/organizations", {"organization": {"document_numbering": "per_customer"}})
    box.at("2023-12-01T06:00")
    changed = {"document_numbering": "per_organization"}
    box.ask("put", "/organizations", {"organization": changed})
    box.at("2024-01-01T06:00")

    listed = box.ask("get", "/invoices?per_page=100")["invoices"]
    numbers = sorted(invoice["number"] for invoice in listed)
    assert numbers == sorted(
        [f"BENT-1-00{customer}-00{n}" for customer in (2, 3, 4) for n in (1, 2, 3)]
        + [f"BENT-11-202311-0{n}" for n in (10, 11, 12)]
        + [f"BENT-11-00{customer}-005" for customer in (2, 3, 4)]
        + [f"BENT-11-202401-0{n}" for n in (16, 17, 18)]
    )
