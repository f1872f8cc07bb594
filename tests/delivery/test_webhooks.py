"""Webhooks reach a real receiver: exact bytes and signatures, retries, resends, the log."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from activity import journal
from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from delivery import webhooks
from delivery.models import WebhookAttempt, WebhookDelivery
from delivery.outbox import deliver_due
from tests.factories import CustomerFactory, OrganizationFactory, WebhookEndpointFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
THEN = datetime(2024, 1, 1, tzinfo=UTC)


def happens(subject, kind="customer.created", **more):
    journal.announce(subject, kind, at=THEN, **more)


def test_the_receiver_hears_the_object_of_the_api_under_its_type(
    customer, endpoint, receiver
) -> None:
    happens(customer)

    done = deliver_due(at=NOW)

    [heard] = receiver.heard
    said = json.loads(heard.body)
    assert (done.handled, done.failed, done.sent) == (1, 0, 1)
    assert heard.path == "/hook?x=1"
    assert heard.headers["Content-Type"] == "application/json"
    assert list(said) == ["webhook_type", "object_type", "organization_id", "customer"]
    assert said["webhook_type"] == "customer.created"
    assert said["object_type"] == "customer"
    assert said["organization_id"] == str(customer.organization_id)
    assert said["customer"]["lago_id"] == str(customer.pk)
    assert said["customer"]["external_id"] == "hooli"


def test_an_hmac_signature_is_over_the_very_bytes_that_were_sent(
    customer, endpoint, receiver
) -> None:
    happens(customer)

    deliver_due(at=NOW)

    [heard] = receiver.heard
    digest = hmac.new(customer.organization.hmac_key.encode(), heard.body, hashlib.sha256).digest()
    assert heard.headers["X-Lago-Signature-Algorithm"] == "hmac"
    assert heard.headers["X-Lago-Signature"] == base64.b64encode(digest).decode()
    assert heard.headers["X-Lago-Unique-Key"] == str(WebhookDelivery.objects.get().pk)


def test_a_jwt_signature_is_checked_with_the_key_that_the_api_publishes(
    api, receiver, settings
) -> None:
    settings.PUBLIC_URL = "https://billing.example.com"
    WebhookEndpointFactory(
        organization=api.organization, webhook_url=receiver.url, signature_algo="jwt"
    )
    happens(CustomerFactory(organization=api.organization, name="Zoë & Œuvre"))

    deliver_due(at=NOW)

    [heard] = receiver.heard
    published = api.get("/webhooks/json_public_key")[1]["webhook"]["public_key"]
    public = load_pem_public_key(base64.b64decode(published))
    signed, _, seal = heard.headers["X-Lago-Signature"].rpartition(".")
    public.verify(unbased(seal), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    head, claims = (json.loads(unbased(part)) for part in signed.split("."))
    assert heard.headers["X-Lago-Signature-Algorithm"] == "jwt"
    assert head == {"alg": "RS256"}
    assert claims == {"data": heard.body.decode(), "iss": "https://billing.example.com"}


def unbased(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_only_endpoints_that_chose_the_type_hear_of_it(organization, customer, receiver) -> None:
    for path, types in [("all", None), ("one", ["customer.created"]), ("other", ["plan.created"])]:
        WebhookEndpointFactory(
            organization=organization, webhook_url=receiver.url + path, event_types=types
        )
    WebhookEndpointFactory(webhook_url=receiver.url + "foreign")
    happens(customer)

    deliver_due(at=NOW)

    assert sorted(heard.path for heard in receiver.heard) == ["/all", "/one"]


def test_what_nobody_listens_to_is_passed_over_in_one_statement(
    organization, customer, django_assert_num_queries
) -> None:
    for _ in range(50):
        happens(customer)

    with django_assert_num_queries(3 + 4):  # 4 are the transactions' savepoints
        done = deliver_due(at=NOW)

    assert (done.handled, WebhookDelivery.objects.count()) == (0, 0)
    assert OutboxMessage.objects.filter(handled_at=NOW).count() == 50


@pytest.mark.parametrize("code", [200, 201, 202, 204])
def test_these_answers_are_a_success(customer, endpoint, receiver, code) -> None:
    receiver.answers, receiver.text = [code], b""
    happens(customer)

    deliver_due(at=NOW)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.response_code) == ("succeeded", 1, code)


@pytest.mark.parametrize("code", [203, 302, 400, 410, 500, 503])
def test_any_other_answer_is_tried_again_and_redirects_are_not_followed(
    customer, endpoint, receiver, code
) -> None:
    receiver.answers = [code]
    happens(customer)

    deliver_due(at=NOW)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.response_code) == ("pending", 1, code)
    assert [heard.path for heard in receiver.heard] == ["/hook?x=1"]


def test_three_attempts_with_the_same_bytes_and_headers_and_then_no_more(
    customer, endpoint, receiver
) -> None:
    receiver.answers = [500, 500, 500]
    happens(customer)

    deliver_due(at=NOW)
    delivery = WebhookDelivery.objects.get()
    second = NOW + webhooks.wait_after(1, delivery.pk)
    assert delivery.next_attempt_at == second
    deliver_due(at=second - timedelta(milliseconds=1))
    assert len(receiver.heard) == 1
    customer.name = "Renamed meanwhile"
    customer.save()
    deliver_due(at=second)
    third = second + webhooks.wait_after(2, delivery.pk)
    deliver_due(at=third)
    deliver_due(at=third + timedelta(days=1))

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts, delivery.next_attempt_at) == ("failed", 3, None)
    assert len(receiver.heard) == 3
    assert len({heard.body for heard in receiver.heard}) == 1
    assert len({str(sorted(heard.headers.items())) for heard in receiver.heard}) == 1
    assert list(WebhookAttempt.objects.order_by("at").values_list("at", "response_code")) == [
        (NOW, 500),
        (second, 500),
        (third, 500),
    ]


def test_waits_grow_with_the_fourth_power_and_spread_by_15_percent() -> None:
    from uuid import UUID

    least, most = UUID(int=1000), UUID(int=999)

    assert webhooks.wait_after(1, least) == timedelta(seconds=3)
    assert webhooks.wait_after(2, least) == timedelta(seconds=18)
    assert webhooks.wait_after(1, most) == timedelta(seconds=3.14985)
    assert webhooks.wait_after(2, most) == timedelta(seconds=20.3976)


def test_a_receiver_that_does_not_listen_is_tried_again_and_holds_up_nobody(
    organization, customer, endpoint, receiver
) -> None:
    WebhookEndpointFactory(organization=organization, webhook_url="http://127.0.0.1:9/")
    for _ in range(3):
        happens(customer)

    done = deliver_due(at=NOW)

    failing = WebhookDelivery.objects.exclude(endpoint=endpoint)
    assert (len(receiver.heard), done.sent) == (3, 4)
    assert sorted(failing.values_list("attempts", flat=True)) == [0, 0, 1]
    assert (
        WebhookAttempt.objects.get(delivery__in=failing).error == "[Errno 111] Connection refused"
    )


def test_a_sender_that_was_killed_while_sending_sends_the_same_bytes_again(
    customer, endpoint, receiver, monkeypatch
) -> None:
    happens(customer)

    class Killed(BaseException):
        pass

    def die(*words: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(webhooks, "_note", die)
        with pytest.raises(Killed):
            deliver_due(at=NOW)
    customer.name = "Renamed meanwhile"
    customer.save()
    deliver_due(at=NOW + timedelta(seconds=30))
    assert len(receiver.heard) == 1
    deliver_due(at=NOW + webhooks.LEASE)

    first, second = receiver.heard
    assert first.body == second.body
    assert first.headers == second.headers
    assert WebhookDelivery.objects.get().status == "succeeded"


def test_a_succeeded_webhook_can_be_sent_again(customer, endpoint, receiver) -> None:
    happens(customer)
    deliver_due(at=NOW)
    later = NOW + timedelta(days=3)

    webhooks.resend(WebhookDelivery.objects.get(), actor=COMMAND, at=later, now=later)
    deliver_due(at=later)

    first, second = receiver.heard
    delivery = WebhookDelivery.objects.get()
    assert (first.body, first.headers) == (second.body, second.headers)
    assert (delivery.status, delivery.attempts, delivery.last_attempt_at) == ("succeeded", 1, later)
    assert WebhookAttempt.objects.count() == 2
    assert JournalEntry.objects.get().action == "webhook_delivery.resent"


def test_the_answer_is_kept_as_far_as_it_is_short(customer, endpoint, receiver) -> None:
    receiver.answers, receiver.text = [422], b"no\x00t you " + b"x" * 20_000
    happens(customer)

    deliver_due(at=NOW)

    attempt = WebhookAttempt.objects.get()
    assert attempt.response_body == "not you " + "x" * 1992
    assert attempt.url == endpoint.webhook_url


def test_an_endpoint_that_is_removed_while_it_is_sent_to_leaves_nothing(
    customer, endpoint, receiver, monkeypatch
) -> None:
    happens(customer)
    noted = webhooks._note

    def removed_first(*words: object) -> None:
        endpoint.delete()
        noted(*words)

    monkeypatch.setattr(webhooks, "_note", removed_first)
    deliver_due(at=NOW)

    assert len(receiver.heard) == 1
    assert (WebhookDelivery.objects.count(), WebhookAttempt.objects.count()) == (0, 0)


def test_one_organization_is_delivered_without_the_others(customer, endpoint, receiver) -> None:
    other = OrganizationFactory()
    WebhookEndpointFactory(organization=other, webhook_url=receiver.url + "other")
    happens(customer)
    happens(CustomerFactory(organization=other))

    done = deliver_due(other, at=NOW)

    assert (done.handled, done.sent) == (1, 1)
    assert [heard.path for heard in receiver.heard] == ["/other"]
