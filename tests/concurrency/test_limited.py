"""Many at once ask for what there is little of: a coupon, a wallet, the refunds of a payment."""

import uuid
from collections import Counter

import pytest

from billing_admin.invariants import breaches
from coupons.models import AppliedCoupon
from customers.models import Customer
from invoices.models import CreditNote, Fee, Invoice
from tests.api.client import ApiClient
from tests.factories import OrganizationFactory
from tests.soak.at_once import at_once
from wallets.models import Wallet

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 64


@pytest.fixture
def clients():
    organization = OrganizationFactory(is_sandbox=True)
    return [ApiClient(organization) for _ in range(AT_ONCE)]


def done(answer: tuple[int, dict]) -> dict:
    status, body = answer
    assert status == 200, body
    return body


def new_customer(api: ApiClient) -> str:
    external_id = uuid.uuid4().hex
    customer = {"external_id": external_id, "currency": "EUR"}
    done(api.post("/customers", {"customer": customer}))
    return external_id


def all_at_once(clients: list[ApiClient], path: str, body: dict) -> Counter[int]:
    """Send one body from all clients; nobody is answered with more than a clean refusal."""
    answers = at_once(AT_ONCE, lambda number: clients[number].post(path, body))
    assert [answer for answer in answers if answer[0] not in (200, 422)] == []
    return Counter(status for status, _ in answers)


def test_a_coupon_that_may_be_used_once_is_used_once(asked, clients):
    api = clients[0]
    for number in range(asked.count):
        customer = new_customer(api)
        coupon = {
            "name": "Once",
            "code": f"once-{number}",
            "coupon_type": "fixed_amount",
            "amount_cents": 500,
            "amount_currency": "EUR",
            "frequency": "once",
            "expiration": "no_expiration",
            "reusable": False,
        }
        done(api.post("/coupons", {"coupon": coupon}))
        body = {"external_customer_id": customer, "coupon_code": coupon["code"]}

        statuses = all_at_once(clients, "/applied_coupons", {"applied_coupon": body})

        assert statuses == {200: 1, 422: AT_ONCE - 1}
        assert AppliedCoupon.objects.filter(coupon__code=coupon["code"]).count() == 1
    print(f"{AT_ONCE} × {asked.count} on a coupon: each used once")


def test_a_wallet_with_100_credits_gives_100(asked, clients):
    api = clients[0]
    for _ in range(asked.count):
        wallet = {"external_customer_id": new_customer(api), "currency": "EUR", "rate_amount": "1"}
        made = done(api.post("/wallets", {"wallet": {**wallet, "granted_credits": "100"}}))
        body = {"wallet_id": made["wallet"]["lago_id"], "voided_credits": "3"}

        statuses = all_at_once(clients, "/wallet_transactions", {"wallet_transaction": body})

        assert statuses == {200: 33, 422: AT_ONCE - 33}
        assert Wallet.objects.get(pk=body["wallet_id"]).balance_cents == 100
    assert list(breaches()) == []
    print(f"{AT_ONCE} × {asked.count} on a wallet with 100 credits: 33 times 3, 1 left")


def paid_invoice(api: ApiClient) -> Invoice:
    """An invoice of 100.00 of which 50.00 have been paid."""
    customer = Customer.objects.get(external_id=new_customer(api))
    body = {
        "external_customer_id": customer.external_id,
        "currency": "EUR",
        "fees": [{"add_on_code": "set-up", "units": 1, "unit_amount_cents": 10_000}],
    }
    invoice = done(api.post("/invoices", {"invoice": body}))["invoice"]
    payment = {"invoice_id": invoice["lago_id"], "amount_cents": 5_000, "reference": "wire"}
    done(api.post("/payments", {"payment": payment}))
    return Invoice.objects.get(pk=invoice["lago_id"])


def test_no_more_is_refunded_than_was_paid(asked, clients):
    api = clients[0]
    add_on = {"name": "Set-up", "code": "set-up", "amount_cents": 0, "amount_currency": "EUR"}
    done(api.post("/add_ons", {"add_on": add_on}))
    for _ in range(asked.count):
        invoice = paid_invoice(api)
        fee = Fee.objects.get(invoice=invoice)
        body = {
            "invoice_id": str(invoice.pk),
            "refund_amount_cents": 300,
            "credit_amount_cents": 0,
            "items": [{"fee_id": str(fee.pk), "amount_cents": 300}],
        }

        statuses = all_at_once(clients, "/credit_notes", {"credit_note": body})

        assert statuses == {200: 16, 422: AT_ONCE - 16}
        refunds = CreditNote.objects.filter(invoice=invoice)
        assert sum(refunds.values_list("refund_amount_cents", flat=True)) == 4_800
    assert list(breaches()) == []
    print(f"{AT_ONCE} × {asked.count} refunds of 3.00 of 50.00 paid: 16 each")
