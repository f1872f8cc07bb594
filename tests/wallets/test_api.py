"""Wallets through the API."""

import pytest

from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import AT, BillableMetricFactory, CustomerFactory, OrganizationFactory
from wallets.models import Wallet, WalletTransaction

pytestmark = pytest.mark.django_db

WALLET = {"external_customer_id": "acme", "rate_amount": "1", "name": "Prepaid", "currency": "EUR"}


@pytest.fixture
def customer(api):
    return CustomerFactory(organization=api.organization, external_id="acme", currency=None)


def opened(api, **members):
    status, body = api.post("/wallets", {"wallet": WALLET | members})
    assert status == 200, body
    return body["wallet"]


def test_a_wallet_is_opened_with_granted_credits_and_shown_as_the_contract_says(api, customer):
    metric = BillableMetricFactory(organization=api.organization, code="calls")

    shown = opened(
        api,
        granted_credits="200",
        applies_to={"fee_types": ["charge"], "billable_metric_codes": [metric.code]},
        recurring_transaction_rules=[
            {"trigger": "interval", "interval": "monthly", "granted_credits": "3"}
        ],
    )

    assert missing("wallet", shown) == surplus("wallet", shown) == set()
    assert (shown["status"], shown["currency"], shown["rate_amount"]) == ("active", "EUR", "1.0")
    assert (shown["credits_balance"], shown["balance_cents"]) == ("200.0", 20000)
    assert (shown["ongoing_balance_cents"], shown["credits_ongoing_balance"]) == (20000, "200.0")
    assert shown["applies_to"] == {"fee_types": ["charge"], "billable_metric_codes": ["calls"]}
    [rule] = shown["recurring_transaction_rules"]
    assert (rule["trigger"], rule["interval"], rule["granted_credits"], rule["status"]) == (
        "interval",
        "monthly",
        "3.0",
        "active",
    )
    customer.refresh_from_db()
    assert customer.currency == "EUR"


def test_paid_credits_wait_for_their_invoice(api, customer):
    wallet = opened(
        api,
        paid_credits="100",
        granted_credits="50",
        transaction_name="Start",
        transaction_priority=5,
        transaction_metadata=[{"key": "po", "value": "7"}],
    )

    _, body = api.get(f"/wallets/{wallet['lago_id']}/wallet_transactions")

    granted, paid = body["wallet_transactions"]
    assert missing("wallet_transaction", paid) == surplus("wallet_transaction", paid) == set()
    assert (paid["status"], paid["transaction_status"], paid["amount"]) == (
        "pending",
        "purchased",
        "100.0",
    )
    assert paid["lago_invoice_id"] is not None
    assert paid["remaining_amount_cents"] is None
    assert (granted["status"], granted["remaining_amount_cents"]) == ("settled", 5000)
    assert [row["priority"] for row in (granted, paid)] == [5, 5]
    assert paid["metadata"] == [{"key": "po", "value": "7"}]
    assert paid["name"] == "Start"
    assert wallet["balance_cents"] == 5000


@pytest.mark.parametrize(
    ("members", "errors"),
    [
        ({"external_customer_id": "nobody"}, {"customer": ["customer_not_found"]}),
        ({"rate_amount": None}, {"rate_amount": ["value_is_mandatory"]}),
        ({"rate_amount": "0"}, {"rate_amount": ["value_is_out_of_range"]}),
        ({"rate_amount": "one"}, {"rate_amount": ["value_is_invalid"]}),
        ({"currency": "XXX"}, {"currency": ["value_is_invalid"]}),
        ({"expiration_at": "2001-01-01"}, {"expiration_at": ["invalid_date"]}),
        ({"paid_credits": 100}, {"paid_credits": ["invalid_paid_credits", "invalid_amount"]}),
        (
            {"granted_credits": "-1"},
            {"granted_credits": ["invalid_granted_credits", "invalid_amount"]},
        ),
        (
            {"recurring_transaction_rules": [{"trigger": "interval"}]},
            {"recurring_transaction_rules": ["invalid_recurring_rule"]},
        ),
        (
            {"recurring_transaction_rules": [{"trigger": "threshold", "paid_credits": 1}]},
            {"recurring_transaction_rules": ["invalid_recurring_rule"]},
        ),
        (
            {"recurring_transaction_rules": [{"trigger": "interval"}] * 2},
            {"recurring_transaction_rules": ["invalid_number_of_recurring_rules"]},
        ),
        ({"applies_to": {"fee_types": ["gift"]}}, {"applies_to": ["invalid_fee_types"]}),
        ({"priority": 51}, {"priority": ["value_is_invalid"]}),
    ],
)
def test_a_wrong_wallet_is_refused_and_nothing_is_written(api, customer, members, errors):
    status, body = api.post("/wallets", {"wallet": WALLET | members})

    customer.refresh_from_db()
    assert (status, body["error_details"]) == (422, errors)
    assert (Wallet.objects.count(), WalletTransaction.objects.count()) == (0, 0)
    assert customer.currency is None


def test_a_seventh_wallet_is_refused(api, customer):
    for _ in range(6):
        opened(api)

    status, body = api.post("/wallets", {"wallet": WALLET})

    assert (status, body["error_details"]) == (422, {"customer": ["wallet_limit_reached"]})
    assert Wallet.objects.count() == 6


def test_a_wallet_in_another_currency_is_refused(api, customer):
    opened(api)

    status, body = api.post("/wallets", {"wallet": WALLET | {"currency": "USD"}})

    assert (status, body["error_details"]) == (422, {"currency": ["currencies_does_not_match"]})


def test_wallets_are_listed_found_and_changed(api, customer):
    first, second = opened(api, code="a"), opened(api, code="b")
    path = f"/wallets/{first['lago_id']}"

    _, listed = api.get("/wallets", external_customer_id="acme")
    _, of_customer = api.get("/customers/acme/wallets")
    unknown = api.get("/wallets", external_customer_id="nobody")
    status, changed = api.put(path, {"wallet": {"name": "New", "priority": 1, "code": None}})
    rule = {"trigger": "threshold", "threshold_credits": "5", "granted_credits": "10"}
    _, ruled = api.put(path, {"wallet": {"recurring_transaction_rules": [rule]}})

    ids = [second["lago_id"], first["lago_id"]]
    assert [wallet["lago_id"] for wallet in listed["wallets"]] == ids
    assert [wallet["lago_id"] for wallet in of_customer["wallets"]] == ids
    assert (unknown[0], unknown[1]["code"]) == (404, "customer_not_found")
    assert (status, changed["wallet"]["name"], changed["wallet"]["priority"]) == (200, "New", 1)
    assert changed["wallet"]["code"] == "a"
    assert ruled["wallet"]["recurring_transaction_rules"][0]["threshold_credits"] == "5.0"
    assert ruled["wallet"]["name"] == "New"
    assert ApiClient(OrganizationFactory()).get(path)[0] == 404
    assert api.get("/wallets/nonsense")[1]["code"] == "wallet_not_found"


def test_a_wallet_is_terminated_once(api, customer):
    wallet = opened(api, granted_credits="10")
    path = f"/wallets/{wallet['lago_id']}"

    _, first = api.delete(path)
    status, second = api.delete(path)
    refused = api.put(path, {"wallet": {"name": "New"}})

    assert (first["wallet"]["status"], first["wallet"]["balance_cents"]) == ("terminated", 0)
    assert (status, second["wallet"]["terminated_at"]) == (200, first["wallet"]["terminated_at"])
    assert (refused[0], refused[1]["error_details"]) == (
        422,
        {"wallet_id": ["wallet_is_terminated"]},
    )


def test_wallets_by_code(api, customer):
    status, created = api.post("/customers/acme/wallets", {"wallet": WALLET | {"code": "main"}})
    path = "/customers/acme/wallets/main"
    _, ended = api.delete(path)
    _, again = api.post("/customers/acme/wallets", {"wallet": WALLET | {"code": "main"}})

    _, found = api.get(path)
    _, changed = api.put(path, {"wallet": {"name": "Second"}})

    assert (status, created["wallet"]["code"]) == (200, "main")
    assert ended["wallet"]["lago_id"] == created["wallet"]["lago_id"]
    assert found["wallet"]["lago_id"] == again["wallet"]["lago_id"]
    assert changed["wallet"]["name"] == "Second"
    assert api.get("/customers/acme/wallets/other")[1]["code"] == "wallet_not_found"
    assert api.get("/customers/nobody/wallets/main")[1]["code"] == "customer_not_found"


def test_a_wallet_of_a_deleted_customer_is_found_by_its_id(api, customer):
    wallet = opened(api)
    customer.deleted_at = AT
    customer.save()

    assert api.get(f"/wallets/{wallet['lago_id']}")[0] == 200
    assert api.get("/customers/acme/wallets")[0] == 404
    assert api.post("/wallets", {"wallet": WALLET})[0] == 422
