"""Transactions of wallets through the API."""

import pytest

from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import CustomerFactory, OrganizationFactory
from tests.wallets.ledgers import open_wallet, terminate
from wallets.models import WalletTransaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def wallet(api):
    customer = CustomerFactory(organization=api.organization, external_id="acme")
    return open_wallet("10", customer=customer)


def moved(api, wallet, **members):
    body = {"wallet_transaction": {"wallet_id": str(wallet.pk), **members}}
    return api.post("/wallet_transactions", body)


def test_credits_are_bought_granted_and_voided_in_one_request(api, wallet):
    status, body = moved(
        api,
        wallet,
        paid_credits="17.9699999999999988631316",
        granted_credits="20.5",
        voided_credits="5",
        name="Mixed",
        priority=10,
        metadata=[{"key": "po", "value": "7"}],
    )

    rows = body["wallet_transactions"]
    assert status == 200
    assert [(row["transaction_status"], row["status"], row["credit_amount"]) for row in rows] == [
        ("purchased", "pending", "17.97"),
        ("granted", "settled", "20.5"),
        ("voided", "settled", "5.0"),
    ]
    assert {row["priority"] for row in rows} == {10}
    assert {row["source"] for row in rows} == {"manual"}
    wallet.refresh_from_db()
    assert wallet.balance_cents == 2550


def test_a_void_keeps_five_decimals_and_rounds_the_amount(api, wallet):
    moved(api, wallet, granted_credits="90")

    _, body = moved(api, wallet, voided_credits="14.28444999")

    [row] = body["wallet_transactions"]
    assert (row["amount"], row["credit_amount"]) == ("14.28", "14.28444")
    wallet.refresh_from_db()
    assert (wallet.balance_cents, str(wallet.credits_balance)) == (8572, "85.71556")


@pytest.mark.parametrize(
    ("members", "errors"),
    [
        ({"voided_credits": "1000"}, {"voided_credits": ["insufficient_credits"]}),
        ({"voided_credits": 5}, {"voided_credits": ["invalid_voided_credits", "invalid_amount"]}),
        ({"paid_credits": "x"}, {"paid_credits": ["invalid_paid_credits", "invalid_amount"]}),
        ({"paid_credits": "0.001"}, {"paid_credits": ["amount_rounds_to_zero"]}),
        (
            {"granted_credits": "1", "voided_credits": "99"},
            {"voided_credits": ["insufficient_credits"]},
        ),
        ({"granted_credits": "1", "priority": 0}, {"priority": ["value_is_invalid"]}),
        ({"wallet_id": "nonsense", "granted_credits": "1"}, {"wallet_id": ["wallet_not_found"]}),
        ({"wallet_id": None, "granted_credits": "1"}, {"wallet_id": ["wallet_not_found"]}),
    ],
)
def test_a_wrong_transaction_is_refused_and_nothing_is_written(api, wallet, members, errors):
    status, body = moved(api, wallet, **members)

    assert (status, body["error_details"]) == (422, errors)
    assert WalletTransaction.objects.count() == 1


def test_a_purchase_outside_of_the_limits_is_refused_unless_told_to_ignore_them(api, wallet):
    wallet.paid_top_up_min_amount_cents, wallet.paid_top_up_max_amount_cents = 1000, 2000
    wallet.save()

    below, above = moved(api, wallet, paid_credits="9"), moved(api, wallet, paid_credits="21")
    ignoring = moved(api, wallet, paid_credits="9", ignore_paid_top_up_limits=True)

    assert below[1]["error_details"] == {"paid_credits": ["amount_below_minimum"]}
    assert above[1]["error_details"] == {"paid_credits": ["amount_above_maximum"]}
    assert ignoring[0] == 200
    assert WalletTransaction.objects.count() == 2


def test_a_terminated_wallet_takes_no_transaction(api, wallet):
    terminate(wallet)

    status, body = moved(api, wallet, granted_credits="1")

    assert (status, body["error_details"]) == (422, {"wallet_id": ["wallet_is_terminated"]})


def test_transactions_are_listed_filtered_and_found(api, wallet):
    moved(api, wallet, granted_credits="20", metadata=[{"key": "po", "value": "7"}])
    _, body = moved(api, wallet, voided_credits="5")
    path = f"/wallets/{wallet.pk}/wallet_transactions"

    def kinds(**filters):
        rows = api.get(path, **filters)[1]["wallet_transactions"]
        return [row["transaction_status"] for row in rows]

    _, found = api.get(f"/wallet_transactions/{body['wallet_transactions'][0]['lago_id']}")

    shown = found["wallet_transaction"]
    assert missing("wallet_transaction", shown) == surplus("wallet_transaction", shown) == set()
    assert kinds() == ["voided", "granted", "granted"]
    assert kinds(transaction_status="voided") == ["voided"]
    assert kinds(transaction_type="inbound") == ["granted", "granted"]
    assert kinds(status="pending") == []
    assert kinds(**{"metadata[po]": "7"}) == ["granted"]
    stranger = ApiClient(OrganizationFactory())
    assert stranger.get(path)[1]["code"] == "wallet_not_found"
    assert (
        stranger.get(f"/wallet_transactions/{shown['lago_id']}")[1]["code"]
        == "wallet_transaction_not_found"
    )


def test_where_credits_came_from_and_where_they_went(api, wallet):
    moved(api, wallet, granted_credits="50")
    _, body = moved(api, wallet, voided_credits="30")
    spent = body["wallet_transactions"][0]["lago_id"]
    _, listed = api.get(f"/wallets/{wallet.pk}/wallet_transactions", transaction_type="inbound")
    newer, older = listed["wallet_transactions"]

    _, fundings = api.get(f"/wallet_transactions/{spent}/fundings")
    _, consumptions = api.get(f"/wallet_transactions/{older['lago_id']}/consumptions")

    assert [
        (row["wallet_transaction"]["lago_id"], row["amount_cents"], row["credit_amount"])
        for row in fundings["wallet_transaction_fundings"]
    ] == [(older["lago_id"], 1000, "10.0"), (newer["lago_id"], 2000, "20.0")]
    [row] = consumptions["wallet_transaction_consumptions"]
    assert row["wallet_transaction"]["lago_id"] == spent
    assert (older["remaining_amount_cents"], newer["remaining_amount_cents"]) == (0, 3000)
    assert newer["remaining_credit_amount"] == "30.0"
