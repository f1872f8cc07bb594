"""Many invoices are sent to collection again, from their own list or from that of payments."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from activity.models import JournalEntry
from invoices.models import Invoice
from payments.models import CustomerProvider, Payment, PaymentProvider
from tests.invoices.asking import address, confirm, states, told
from tests.invoices.given import a_customer, one_off, paid, sandbox

pytestmark = pytest.mark.django_db
AT = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def customer(signed_in):
    return a_customer(sandbox(signed_in.organization), name="Hooli", external_id="hooli")


def tied(customer, **tie):
    """Give a customer a provider that moves money."""
    common = {"organization": customer.organization, "created_at": AT, "updated_at": AT}
    provider = PaymentProvider.objects.create(kind="stripe", name="S", code="s", **common)
    known = {"customer": customer, "provider": provider, "provider_customer_id": "cus_1"}
    CustomerProvider.objects.create(**known, **common)


def refused(invoice):
    """Store a payment of an invoice that its provider has refused."""
    common = {"created_at": AT, "updated_at": AT, "currency": invoice.currency}
    return Payment.objects.create(
        organization=invoice.organization,
        customer=invoice.customer,
        invoice=invoice,
        provider=PaymentProvider.objects.get(),
        amount_cents=invoice.total_amount_cents,
        status="failed",
        **common,
    )


def test_invoices_of_payments_that_failed_are_collected_again(signed_in, customer):
    tied(customer)
    due, other = one_off(customer), one_off(customer, amount_cents=2000)
    payments = [refused(due), refused(due), refused(paid(other))]
    listed = signed_in.get("/payments/").content.decode()
    ticked = [("row", payment.pk) for payment in payments]
    where = f"/payments/batches/new/?{urlencode([('action', 'collect'), *ticked])}"

    page = signed_in.get(where)
    confirm(signed_in, where, page)

    assert f'name="row" value="{payments[0].pk}" form="payment-list-bulk"' in listed
    assert 'data-tick-all="payment-list-bulk" aria-label="Tick the whole page"' in listed
    assert told(page) == [
        "The provider is asked again for 1 invoice",
        due.number,
        "1 is left out: Nothing is due.",
    ]
    assert page.context["effects"][0]["amount"] == "€12.00"
    assert page.context["cancel_url"] == "/payments/"
    assert states() == [("done", ""), ("left_out", "Nothing is due.")]
    assert JournalEntry.objects.filter(action="invoice.payment_retried").count() == 1


def test_all_payments_that_match_are_meant_with_their_filters(signed_in, customer):
    tied(customer)
    due, other = one_off(customer), one_off(customer, amount_cents=2000)
    refused(due)
    paid(other)

    address = "/payments/batches/new/?action=collect&all=1&status="
    found = [told(signed_in.get(address + status)) for status in ("failed", "succeeded", "")]

    assert found == [
        ["The provider is asked again for 1 invoice", due.number],
        ["The providers are asked again for 0 invoices", "1 is left out: Nothing is due."],
        [
            "The provider is asked again for 1 invoice",
            due.number,
            "1 is left out: Nothing is due.",
        ],
    ]


def test_who_has_no_provider_or_is_being_asked_is_left_out_of_collection(signed_in, customer):
    without, asked = one_off(customer), one_off(a_customer(customer.organization, external_id="x"))
    tied(asked.customer)
    Invoice.objects.filter(pk=asked.pk).update(ready_for_payment_processing=False)

    assert told(signed_in.get(address("collect", without, asked)))[1:] == [
        "1 is left out: A payment is under way.",
        "1 is left out: The customer has no payment provider.",
    ]
