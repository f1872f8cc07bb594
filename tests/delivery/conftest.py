"""A receiver, and an organization with an endpoint that hears everything."""

import pytest

from tests.delivery.receiver import listen
from tests.factories import CustomerFactory, OrganizationFactory, WebhookEndpointFactory


@pytest.fixture
def receiver():
    receiver, server = listen()
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def organization(db):
    return OrganizationFactory()


@pytest.fixture
def customer(organization):
    return CustomerFactory(organization=organization, external_id="hooli", currency="EUR")


@pytest.fixture
def endpoint(organization, receiver):
    return WebhookEndpointFactory(organization=organization, webhook_url=f"{receiver.url}hook?x=1")


@pytest.fixture
def hooli(db):
    organization = OrganizationFactory(
        name="Airports",
        legal_name="Airports, Inc.",
        address_line1="4 World Trade Center",
        city="New York",
        state="NY",
        zipcode="10007",
        country="US",
        invoice_footer="Wire to Chase.",
    )
    return CustomerFactory(
        organization=organization,
        name="Hooli",
        legal_name="Hooli GmbH",
        currency="EUR",
        address_line1="Torstraße 1",
        zipcode="10119",
        city="Berlin",
        country="DE",
        tax_identification_number="DE123",
    )
