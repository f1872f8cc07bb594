"""Pages for developers in a real browser: keys, webhooks, the log; axe finds nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from activity import journal
from delivery.models import WebhookDelivery, WebhookEndpoint
from delivery.outbox import deliver_due
from organizations.models import ApiKey
from tests.delivery.receiver import listen
from tests.e2e.accessibility import faults, faults_of_pages
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def receiver():
    receiver, server = listen()
    yield receiver
    server.shutdown()
    server.server_close()


def test_an_owner_creates_a_key_and_sees_it_once(operator_page: Any) -> None:
    page = operator_page
    page.goto(f"{page.address}/developers/")
    page.get_by_role("link", name="Create a key").first.click()
    page.get_by_label("Name").fill("Production backend")
    page.get_by_role("button", name="Create key").click()

    expect(page.get_by_role("heading", name="Your new API key")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("rowheader", name="Production backend")).to_be_visible()

    page.get_by_role("button", name="Actions for Production backend").click()
    page.get_by_role("menuitem", name="Revoke").click()
    page.get_by_role("button", name="Revoke key").click()

    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()
    assert ApiKey.objects.get().revoked_at is not None


def test_an_endpoint_for_some_types_hears_and_is_sent_to_again(
    operator_page: Any, receiver: Any
) -> None:
    page = operator_page
    page.goto(f"{page.address}/developers/webhooks/new/")
    page.get_by_label("Address").fill(receiver.url)
    expect(page.get_by_text("customer.created", exact=True)).to_be_hidden()
    page.get_by_text("Only some types").click()
    page.get_by_text("customer.created", exact=True).click()
    page.get_by_role("button", name="Add endpoint").click()
    expect(page.get_by_text("1 type", exact=True)).to_be_visible()
    assert WebhookEndpoint.objects.get().event_types == ["customer.created"]

    customer = CustomerFactory(organization=page.organization)
    journal.announce(customer, "customer.created", at=NOW)
    deliver_due(at=NOW)
    page.get_by_role("link", name="Deliveries").first.click()
    page.get_by_role("link", name="customer.created").click()
    page.get_by_role("button", name="Send again").click()

    expect(page.get_by_text("customer.created is sent again within seconds.")).to_be_visible()
    assert WebhookDelivery.objects.get().status == "pending"


def test_the_pages_are_accessible(operator_page: Any, signed_in: Any, receiver: Any) -> None:
    page = operator_page
    signed_in.post("/developers/keys/new/", {"name": "Backend"})
    signed_in.post(
        "/developers/webhooks/new/",
        {"webhook_url": receiver.url, "signature_algo": "hmac", "hears": "everything"},
    )
    journal.announce(CustomerFactory(organization=page.organization), "customer.created", at=NOW)
    deliver_due(at=NOW)
    delivery = WebhookDelivery.objects.get()

    names = ["", "keys/new/", "webhooks/", "webhooks/new/", "deliveries/"]
    paths = [f"/developers/{name}" for name in [*names, f"deliveries/{delivery.pk}/"]]
    assert faults_of_pages(page, paths) == {}
