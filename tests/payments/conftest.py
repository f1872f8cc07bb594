"""A Stripe of our own, and a customer whom it knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stripe import HTTPClient

from activity.actors import COMMAND
from customers.models import Customer
from invoices.models import Invoice
from payments.models import PaymentProvider
from payments.operations.connections import ConnectionTerms, create_connection
from payments.operations.customer_provider import set_customer_provider
from tests.factories import CustomerFactory, OrganizationFactory
from tests.payments import fake_stripe
from tests.payments.given import AT, LATER, one_off
from workflows.collect_payment import collect_payment


@pytest.fixture
def stripe(settings, monkeypatch) -> Iterator[fake_stripe.FakeStripe]:
    # Its library waits before it tries a second time; the waits of our own are moved by the clock.
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0)
    with fake_stripe.serving() as fake:
        settings.STRIPE_API_ADDRESS = fake.address
        yield fake


@pytest.fixture
def connection(db: None) -> PaymentProvider:
    return create_connection(
        OrganizationFactory(),
        kind="stripe",
        terms=ConnectionTerms(
            name="Stripe Europe",
            code="stripe-eu",
            secrets={
                "secret_key": fake_stripe.KEY,
                "webhook_secret": fake_stripe.WEBHOOK_SECRET,
            },
        ),
        actor=COMMAND,
        at=AT,
    )


@pytest.fixture
def payer(connection: PaymentProvider) -> Customer:
    """Return a customer with Stripe as provider, known there as ``cus_known``."""
    customer = CustomerFactory(organization=connection.organization, email="acme@example.com")
    given = {"payment_provider": "stripe", "provider_customer_id": "cus_known"}
    set_customer_provider(customer, given, actor=COMMAND, at=AT)
    return customer


@pytest.fixture
def paid(stripe: fake_stripe.FakeStripe, payer: Customer) -> Invoice:
    """Return an invoice of 100.00 that the customer has paid through Stripe."""
    invoice = one_off(10_000, customer=payer)
    collect_payment(invoice, at=LATER)
    invoice.refresh_from_db()
    return invoice
