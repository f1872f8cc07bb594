"""The API of payments, payment requests and receipts."""

from __future__ import annotations

import pytest

from payments.models import Payment
from tests.factories import CustomerFactory
from tests.payments.given import LATER, one_off
from workflows.mark_overdue import mark_overdue

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def customer(api):
    return CustomerFactory(
        organization=api.organization, external_id="acme", email="acme@example.com"
    )


def pay(api, invoice, **more):
    given = {"invoice_id": str(invoice.pk), "amount_cents": 10_000, "reference": "wire-1"} | more
    return api.post("/payments", {"payment": given})


def test_a_payment_is_recorded_and_can_be_read(api, customer):
    invoice = one_off(customer=customer)

    status, answer = pay(api, invoice, paid_at="2024-03-02")

    payment = answer["payment"]
    assert status == 200
    assert payment == {
        "lago_id": str(Payment.objects.get().pk),
        "lago_customer_id": str(customer.pk),
        "external_customer_id": "acme",
        "invoice_ids": [str(invoice.pk)],
        "invoice_numbers": [invoice.number],
        "lago_payable_id": str(invoice.pk),
        "payable_type": "Invoice",
        "amount_cents": 10_000,
        "amount_currency": "EUR",
        "status": "succeeded",
        "payment_status": "succeeded",
        "type": "manual",
        "reference": "wire-1",
        "payment_provider_code": None,
        "payment_provider_type": None,
        "external_payment_id": None,
        "provider_payment_id": None,
        "provider_customer_id": None,
        "next_action": {},
        "payment_method_id": None,
        "created_at": payment["created_at"],
    }
    assert api.get(f"/payments/{payment['lago_id']}") == (200, {"payment": payment})
    for path, query in [
        ("/payments", {"invoice_id": str(invoice.pk)}),
        ("/payments", {"external_customer_id": "acme"}),
        ("/customers/acme/payments", {}),
    ]:
        status, answer = api.get(path, **query)
        assert (status, answer["payments"]) == (200, [payment])
    assert api.get("/payments", invoice_id=NOBODY)[1]["payments"] == []
    assert api.get("/payments", invoice_id="x")[1]["payments"] == []


@pytest.mark.parametrize(
    ("given", "details"),
    [
        ({"invoice_id": None}, {"invoice_id": ["value_is_mandatory"]}),
        ({"amount_cents": 0}, {"amount_cents": ["invalid_value"]}),
        ({"amount_cents": "10"}, {"amount_cents": ["invalid_value"]}),
        ({"amount_cents": 1.5}, {"amount_cents": ["invalid_value"]}),
        ({"amount_cents": 10**30}, {"amount_cents": ["invalid_value"]}),
        ({"amount_cents": 10_001}, {"amount_cents": ["value_is_out_of_range"]}),
        ({"reference": None}, {"reference": ["value_is_mandatory"]}),
        ({"reference": "r" * 41}, {"reference": ["value_is_too_long"]}),
        ({"paid_at": "yesterday"}, {"paid_at": ["invalid_date"]}),
    ],
)
def test_a_wrong_payment_is_refused_by_its_field(api, customer, given, details):
    status, answer = pay(api, one_off(customer=customer), **given)

    assert (status, answer["error_details"]) == (422, details)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("named", [NOBODY, "x"])
def test_an_unknown_invoice_is_not_found(api, customer, named):
    status, answer = pay(api, one_off(customer=customer), invoice_id=named)

    assert (status, answer["code"]) == (404, "invoice_not_found")


def test_a_foreign_invoice_is_not_found(api):
    foreign = one_off()

    status, answer = pay(api, foreign)

    assert (status, answer["code"]) == (404, "invoice_not_found")
    assert not Payment.objects.exists()


def test_payments_of_a_deleted_customer_stay_in_the_list_only(api, customer):
    pay(api, one_off(customer=customer))
    customer.deleted_at = LATER
    customer.save()

    assert len(api.get("/payments", external_customer_id="acme")[1]["payments"]) == 1
    assert api.get("/customers/acme/payments")[1]["code"] == "customer_not_found"


def test_a_receipt_proves_a_payment(api, customer):
    _, answer = pay(api, one_off(customer=customer))

    _, listed = api.get("/payment_receipts")

    [receipt] = listed["payment_receipts"]
    assert receipt["payment"] == answer["payment"]
    assert receipt["number"] == f"{customer.slug}-RCPT-001"
    assert api.get(f"/payment_receipts/{receipt['lago_id']}")[1] == {"payment_receipt": receipt}


def ask(api, *ids, **more):
    given = {"external_customer_id": "acme", "lago_invoice_ids": list(ids)} | more
    return api.post("/payment_requests", {"payment_request": given})


def test_a_payment_request_is_made_and_can_be_read(api, customer):
    invoice = one_off(customer=customer)
    assert ask(api, str(invoice.pk))[1]["code"] == "invoices_not_overdue"
    mark_overdue(api.organization, at=LATER)

    status, answer = ask(api, str(invoice.pk))

    request = answer["payment_request"]
    assert status == 200
    assert (request["amount_cents"], request["amount_currency"]) == (10_000, "EUR")
    assert (request["email"], request["payment_status"]) == ("acme@example.com", "pending")
    assert request["customer"]["external_id"] == "acme"
    assert [row["lago_id"] for row in request["invoices"]] == [str(invoice.pk)]
    assert api.get(f"/payment_requests/{request['lago_id']}")[1]["payment_request"] == request
    for path, query in [
        ("/payment_requests", {"external_customer_id": "acme"}),
        ("/payment_requests", {"payment_status": "pending", "currency": "EUR"}),
        ("/customers/acme/payment_requests", {}),
    ]:
        assert api.get(path, **query)[1]["payment_requests"] == [request]
    assert api.get("/payment_requests", payment_status="failed")[1]["payment_requests"] == []


def test_a_payment_request_needs_a_customer_and_invoices(api, customer):
    assert ask(api, NOBODY, external_customer_id="nobody")[1]["code"] == "customer_not_found"
    assert ask(api)[1]["code"] == "invoice_not_found"
    assert ask(api, NOBODY)[1]["code"] == "invoice_not_found"


@pytest.mark.parametrize("path", ["payments", "payment_requests", "payment_receipts"])
def test_unknown_ids_are_not_found(api, path):
    status, answer = api.get(f"/{path}/{NOBODY}")

    assert (status, answer["code"]) == (404, f"{path.removesuffix('s')}_not_found")
    assert api.get(f"/{path}/x")[0] == 404
