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
