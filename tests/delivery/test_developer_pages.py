"""Pages for developers: keys, endpoints, the log of webhooks; what they show, refuse, and who may."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

import pytest

from activity import journal
from delivery.models import WebhookDelivery, WebhookEndpoint
from delivery.outbox import deliver_due
from organizations.models import ApiKey, Membership
from tests.factories import CustomerFactory, WebhookEndpointFactory
from workflows.issue_api_key import digest

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENDPOINT = {
    "webhook_url": "https://hooks.example.com/x",
    "name": "Backend",
    "signature_algo": "hmac",
    "hears": "everything",
}


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def become(client, role):
    Membership.objects.filter(pk=client.membership.pk).update(role=role)


def sent(organization, receiver, times=1, **columns):
    endpoint = WebhookEndpointFactory(
        organization=organization, webhook_url=f"{receiver.url}{uuid.uuid4()}", **columns
    )
    customer = CustomerFactory(organization=organization)
    for _ in range(times):
        journal.announce(customer, "customer.created", at=NOW)
    deliver_due(at=NOW)
    return endpoint


def test_a_key_is_shown_once_and_works(signed_in, client) -> None:
    page = signed_in.post("/developers/keys/new/", {"name": "Backend", "expires_at": ""})

    key = ApiKey.objects.get()
    secret = re.search(r"Bearer ([0-9a-f-]{36})", page.content.decode())[1]
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert key.digest == digest(secret)
    assert secret not in signed_in.get("/developers/").content.decode()
    asked = client.get("/api/v1/customers", headers={"Authorization": f"Bearer {secret}"})
    assert asked.status_code == 200


def test_a_second_press_makes_no_second_key(signed_in) -> None:
    form = {"name": "Backend", "form_token": str(uuid.uuid4())}

    signed_in.post("/developers/keys/new/", form)
    again = signed_in.post("/developers/keys/new/", form)

    assert (again.status_code, again["Location"]) == (303, "/developers/")
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": ""}, "name"), ({"name": "x", "expires_at": "2020-01-01T00:00"}, "expires_at")],
)
def test_a_key_without_a_name_or_a_future_is_refused(signed_in, typed, field) -> None:
    page = signed_in.post("/developers/keys/new/", typed)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert ApiKey.objects.count() == 0


def test_a_key_is_revoked_after_a_question(signed_in) -> None:
    signed_in.post("/developers/keys/new/", {"name": "Old"})
    key = ApiKey.objects.get()
    address = f"/developers/keys/{key.pk}/revoke/"

    asked = signed_in.get(address)
    done = signed_in.post(address, follow=True)
    again = signed_in.post(address)

    key.refresh_from_db()
    assert "Revoke Old?" in asked.content.decode()
    assert messages_of(done) == ["API key Old is revoked."]
    assert key.revoked_at is not None
    assert again.status_code == 409


def test_an_endpoint_is_added_edited_and_removed(signed_in) -> None:
    added = signed_in.post("/developers/webhooks/new/", ENDPOINT, follow=True)
    endpoint = WebhookEndpoint.objects.get()
    assert messages_of(added) == ["Backend hears of what happens from now on."]
    assert (endpoint.webhook_url, endpoint.event_types) == (ENDPOINT["webhook_url"], None)

    chosen = ENDPOINT | {
        "hears": "chosen",
        "types_invoice": ["invoice.created"],
        "types_customer": ["customer.updated", "customer.created"],
    }
    edit = f"/developers/webhooks/{endpoint.pk}/edit/"
    signed_in.post(edit, chosen)
    endpoint.refresh_from_db()
    assert endpoint.event_types == ["customer.created", "customer.updated", "invoice.created"]
    shown = signed_in.get(edit).context["form"]
    assert shown["types_invoice"].initial == ["invoice.created"]

    remove = f"/developers/webhooks/{endpoint.pk}/delete/"
    assert "Remove Backend?" in signed_in.get(remove).content.decode()
    removed = signed_in.post(remove, follow=True)
    assert messages_of(removed) == ["Backend is removed."]
    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"webhook_url": ""}, "webhook_url", "This field is required."),
        ({"webhook_url": "ftp://x.example"}, "webhook_url", "Write a full address"),
        ({"webhook_url": "https://taken.example/"}, "webhook_url", "registered already"),
        ({"hears": "chosen"}, "hears", "Choose at least one type"),
        ({"signature_algo": "md5"}, "signature_algo", "md5 is not one of the available"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_on_its_field(
    signed_in, changes, field, words
) -> None:
    WebhookEndpointFactory(
        organization=signed_in.organization, webhook_url="https://taken.example/"
    )

    page = signed_in.post("/developers/webhooks/new/", ENDPOINT | changes)

    assert page.status_code == 422
    assert words in str(page.context["form"].errors[field])
    assert WebhookEndpoint.objects.count() == 1


def test_an_eleventh_endpoint_is_refused(signed_in) -> None:
    WebhookEndpointFactory.create_batch(10, organization=signed_in.organization)

    page = signed_in.post("/developers/webhooks/new/", ENDPOINT)

    assert page.status_code == 422
    assert WebhookEndpoint.objects.count() == 10
    assert "which is the most" in signed_in.get("/developers/webhooks/").content.decode()


def test_a_delivery_shows_what_was_said_and_what_came_back(signed_in, receiver) -> None:
    receiver.answers, receiver.text = [500], b"<b>out of order</b>"
    sent(signed_in.organization, receiver)
    delivery = WebhookDelivery.objects.get()

    listed = signed_in.get("/developers/deliveries/").content.decode()
    page = signed_in.get(f"/developers/deliveries/{delivery.pk}/").content.decode()

    assert "customer.created" in listed
    assert "500" in listed
    assert "&quot;webhook_type&quot;: &quot;customer.created&quot;" in page
    assert "&lt;b&gt;out of order&lt;/b&gt;" in page
    assert f'href="/customers/{delivery.object_id}/"' in page


def test_a_succeeded_delivery_is_sent_again(signed_in, receiver) -> None:
    sent(signed_in.organization, receiver)
    delivery = WebhookDelivery.objects.get()
    assert delivery.status == "succeeded"

    done = signed_in.post(f"/developers/deliveries/{delivery.pk}/resend/", follow=True)
    deliver_due(at=datetime(2100, 1, 1, tzinfo=UTC))

    assert messages_of(done) == ["customer.created is sent again within seconds."]
    first, second = receiver.heard
    assert (first.body, first.headers) == (second.body, second.headers)


def test_the_log_is_searched_and_filtered(signed_in, receiver) -> None:
    first = sent(signed_in.organization, receiver)
    receiver.answers = [500]
    sent(signed_in.organization, receiver)
    waiting = WebhookDelivery.objects.get(status="pending")
    every = set(WebhookDelivery.objects.values_list("pk", flat=True))
    of_first = set(WebhookDelivery.objects.filter(endpoint=first).values_list("pk", flat=True))

    def listed(query: str) -> list[uuid.UUID]:
        page = signed_in.get(f"/developers/deliveries/?{query}")
        return [row.pk for row in page.context["listing"].rows]

    assert (len(every), set(listed(""))) == (3, every)
    assert listed("status=pending") == [waiting.pk]
    assert set(listed(f"endpoint={first.pk}")) == of_first != every
    assert listed("type=invoice.created") == []
    assert waiting.pk in listed(f"q={waiting.object_id}")
    assert listed(f"q={waiting.pk}") == [waiting.pk]
    assert listed("q=nothing") == []


ADDRESSES = {
    "/developers/keys/new/": "keys",
    "/developers/keys/{key}/revoke/": "keys",
    "/developers/webhooks/new/": "webhooks",
    "/developers/webhooks/{endpoint}/edit/": "webhooks",
    "/developers/webhooks/{endpoint}/delete/": "webhooks",
    "/developers/deliveries/{delivery}/resend/": "resend",
}


@pytest.mark.parametrize("role", ["viewer", "finance", "manager"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_only_owners_change_keys_and_endpoints(signed_in, receiver, role, address) -> None:
    signed_in.post("/developers/keys/new/", {"name": "Key"})
    endpoint = sent(signed_in.organization, receiver)
    ids = {
        "key": ApiKey.objects.get().pk,
        "endpoint": endpoint.pk,
        "delivery": WebhookDelivery.objects.get().pk,
    }
    become(signed_in, role)

    answer = signed_in.post(address.format(**ids), {"name": "x"} | ENDPOINT)

    may = ADDRESSES[address] == "resend" and role != "viewer"
    assert answer.status_code == (303 if may else 403)
    assert ApiKey.objects.filter(revoked_at=None).count() == 1
    assert WebhookEndpoint.objects.get().name is None


def test_a_viewer_reads_but_sees_no_secret(signed_in) -> None:
    WebhookEndpointFactory(organization=signed_in.organization)
    become(signed_in, "viewer")

    page = signed_in.get("/developers/webhooks/").content.decode()

    assert signed_in.organization.hmac_key not in page
    assert "/developers/webhooks/new/" not in page


@pytest.mark.parametrize("address", [one for one in ADDRESSES if "{" in one])
def test_what_belongs_to_others_is_not_there(signed_in, receiver, address) -> None:
    foreign = WebhookEndpointFactory()
    sent(foreign.organization, receiver)
    ids = {
        "key": uuid.uuid4(),
        "endpoint": foreign.pk,
        "delivery": WebhookDelivery.objects.first().pk,
    }

    assert signed_in.post(address.format(**ids)).status_code == 404
    assert signed_in.get(f"/developers/deliveries/{ids['delivery']}/").status_code == 404
    assert WebhookEndpoint.objects.filter(pk=foreign.pk).exists()
