"""Webhook endpoints and the public key through the API."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from delivery.models import WebhookEndpoint
from organizations.models import SigningKey
from persistence.encryption import opened
from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db
URL = "https://example.com/hook"


def post(api, **members):
    endpoint = {"webhook_url": URL, **members}
    return api.post("/webhook_endpoints", {"webhook_endpoint": endpoint})


def test_an_endpoint_is_created_changed_and_removed(api):
    status, body = post(api, signature_algo="hmac", event_types=["*"])

    shown = body["webhook_endpoint"]
    path = f"/webhook_endpoints/{shown['lago_id']}"
    assert status == 200
    assert missing("webhook_endpoint", shown) == surplus("webhook_endpoint", shown) == set()
    assert (shown["signature_algo"], shown["event_types"]) == ("hmac", None)
    assert api.get(path)[1] == body
    assert api.get("/webhook_endpoints")[1]["webhook_endpoints"] == [shown]
    changes = {"webhook_url": f"{URL}/2", "event_types": ["invoice.created"]}
    changed = api.put(path, {"webhook_endpoint": changes})[1]["webhook_endpoint"]
    assert (changed["webhook_url"], changed["signature_algo"]) == (f"{URL}/2", "hmac")
    assert api.delete(path)[1]["webhook_endpoint"] == changed
    assert api.get(path)[1]["code"] == "webhook_endpoint_not_found"


@pytest.mark.parametrize(
    ("members", "errors"),
    [
        ({"webhook_url": None}, {"webhook_url": ["value_is_mandatory"]}),
        ({"webhook_url": "ftp://example.com"}, {"webhook_url": ["url_is_invalid"]}),
        ({"signature_algo": "rot13"}, {"signature_algo": ["value_is_invalid"]}),
        ({"event_types": ["world.ended"]}, {"event_types": ["value_is_invalid"]}),
    ],
)
def test_a_wrong_endpoint_is_refused(api, members, errors):
    status, body = post(api, **members)

    assert (status, body["error_details"]) == (422, errors)
    assert WebhookEndpoint.objects.count() == 0


def test_an_address_is_registered_once_and_ten_are_enough(api):
    post(api)

    assert post(api)[1]["error_details"] == {"webhook_url": ["value_already_exist"]}
    for number in range(9):
        assert post(api, webhook_url=f"{URL}/{number}")[0] == 200
    assert post(api, webhook_url=f"{URL}/ten")[1]["error_details"] == {"base": ["exceeded_limit"]}
    assert WebhookEndpoint.objects.count() == 10


def test_a_foreign_endpoint_is_not_found(api):
    path = f"/webhook_endpoints/{post(api)[1]['webhook_endpoint']['lago_id']}"
    stranger = ApiClient(OrganizationFactory())

    assert stranger.get(path)[0] == 404
    assert stranger.put(path, {"webhook_endpoint": {"name": "mine"}})[0] == 404
    assert stranger.delete(path)[0] == 404
    assert stranger.get("/webhook_endpoints/none")[1]["code"] == "webhook_endpoint_not_found"
    assert WebhookEndpoint.objects.get().name is None


def test_the_public_key_is_made_once_and_the_private_one_is_sealed(api):
    _, body = api.get("/webhooks/json_public_key")

    pem = base64.b64decode(body["webhook"]["public_key"]).decode()
    key = SigningKey.objects.get()
    assert pem.startswith("-----BEGIN PUBLIC KEY-----")
    assert "PRIVATE" not in key.private_key
    private = load_pem_private_key(opened(key.private_key).encode(), None)
    assert private.key_size == 2048
    text = api.request("GET", "/webhooks/public_key")
    assert text["Content-Type"] == "text/plain"
    assert base64.b64decode(text.content).decode() == pem == key.public_key
    assert SigningKey.objects.count() == 1
