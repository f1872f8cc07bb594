"""Pages of a provider's for paying, and means of payment, over the API."""

from __future__ import annotations

import pytest

from activity.actors import COMMAND
from payments.models import CustomerProvider, PaymentProvider
from payments.operations.customer_provider import set_customer_provider
from payments.operations.ties import keep_method
from payments.providers import Method
from tests.api.client import ApiClient
from tests.factories import CustomerFactory
from tests.payments.given import AT, LATER, one_off
from workflows.update_invoice_payment import update_invoice_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(payer) -> ApiClient:
    return ApiClient(payer.organization)


def refusal(asking: ApiClient, path: str) -> tuple[int, list[str]]:
    status, answer = asking.post(path)
    return status, answer["error_details"]["base"]


def test_an_invoice_is_paid_on_a_page_of_the_provider(stripe, payer, asking):
    invoice = one_off(10_000, customer=payer)

    status, answer = asking.post(f"/invoices/{invoice.pk}/payment_url")

    assert status == 200
    assert answer["invoice_payment_details"] == {
        "lago_customer_id": str(payer.pk),
        "external_customer_id": payer.external_id,
        "payment_provider": "stripe",
        "lago_invoice_id": str(invoice.pk),
        "payment_url": f"{stripe.address}/pay/cs_1",
    }
    assert stripe.sessions["cs_1"]["mode"] == "payment"
    [(_, _, sent)] = [each for each in stripe.asked if each[1].endswith("sessions")]
    assert sent["line_items[0][price_data][unit_amount]"] == "10000"
    assert sent["payment_intent_data[metadata][lago_payable_id]"] == str(invoice.pk)


def test_a_paid_invoice_has_no_page(stripe, payer, asking):
    invoice = one_off(10_000, customer=payer)
    update_invoice_payment(invoice, payment_status="succeeded", actor=COMMAND, at=LATER)

    code = "invalid_invoice_status_or_payment_status"
    assert refusal(asking, f"/invoices/{invoice.pk}/payment_url") == (422, [code])
    assert stripe.asked == []


def test_without_a_provider_that_knows_the_customer_there_is_no_page(stripe, payer, asking):
    path = f"/invoices/{one_off(10_000, customer=payer).pk}/payment_url"

    CustomerProvider.objects.update(provider_customer_id=None)
    assert refusal(asking, path) == (422, ["missing_payment_provider_customer"])
    PaymentProvider.objects.update(kind="manual")
    assert refusal(asking, path) == (422, ["invalid_payment_provider"])
    set_customer_provider(payer, {"payment_provider": None}, actor=COMMAND, at=AT)
    assert refusal(asking, path) == (422, ["no_linked_payment_provider"])


def test_what_the_provider_refuses_is_its_error(payer, asking, settings):
    settings.STRIPE_API_ADDRESS = "http://127.0.0.1:9"
    path = f"/invoices/{one_off(10_000, customer=payer).pk}/payment_url"

    assert refusal(asking, path) == (422, ["provider_error"])


def test_a_customer_leaves_a_means_of_payment_on_a_page(stripe, payer, asking):
    status, answer = asking.post(f"/customers/{payer.external_id}/checkout_url")

    assert (status, answer["customer"]["checkout_url"]) == (200, f"{stripe.address}/pay/cs_1")
    assert stripe.sessions["cs_1"]["mode"] == "setup"
    assert asking.post("/customers/nobody/checkout_url")[0] == 404


def keep(payer, name: str):
    method = Method(
        provider_customer_id="cus_known", provider_method_id=name, kind="card", label="Visa 4242"
    )
    tie = CustomerProvider.objects.get(customer=payer)
    return keep_method(tie, method, actor=COMMAND, at=AT)


def test_means_of_payment_are_listed_chosen_and_forgotten(payer, asking):
    first, second = keep(payer, "pm_1"), keep(payer, "pm_2")
    path = f"/customers/{payer.external_id}/payment_methods"

    listed = asking.get(path)[1]["payment_methods"]
    assert [(row["lago_id"], row["is_default"]) for row in listed] == [
        (str(second.pk), True),
        (str(first.pk), False),
    ]

    status, answer = asking.put(f"{path}/{first.pk}/set_as_default")
    assert (status, answer["payment_method"]["is_default"]) == (200, True)
    assert CustomerProvider.objects.get().payment_method_id == "pm_1"

    assert asking.delete(f"{path}/{first.pk}")[0] == 200
    assert asking.delete(f"{path}/{first.pk}")[1]["code"] == "payment_method_not_found"
    assert len(asking.get(path)[1]["payment_methods"]) == 1
    assert CustomerProvider.objects.get().payment_method_id is None


def test_means_of_payment_of_a_stranger_are_not_found(payer, asking):
    method = keep(payer, "pm_1")
    CustomerFactory(organization=payer.organization, external_id="other")

    path = f"/customers/other/payment_methods/{method.pk}/set_as_default"
    assert asking.put(path)[1]["code"] == "payment_method_not_found"
