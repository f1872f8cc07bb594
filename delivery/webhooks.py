"""Webhooks: one delivery for each endpoint that listens, sent at least once, with the same bytes every time."""

from __future__ import annotations

import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from activity import journal
from activity.actors import Actor
from activity.models import OutboxMessage
from billing.errors import NotFound
from delivery import transport
from delivery.models import DeliveryStatus, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from delivery.payloads import payload_of
from delivery.signing import hmac_signature, jwt_signature
from organizations.models import Organization
from persistence.encryption import opened
from persistence.saving import save_valid
from workflows.signing_key import signing_key

MOST_ATTEMPTS = 3
AT_ONCE = 8  # endpoints that are sent to side by side
LEASE = timedelta(seconds=2 * transport.TIMEOUT)
LONGEST_EXCERPT = 2000


def fan_out(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
    """Write a delivery for each endpoint that hears of `message`; twice does nothing more.

    `at` is the organization's time, `now` the real one at which the first attempts are due.
    """
    endpoints = [
        one
        for one in WebhookEndpoint.objects.of(message.organization_id).order_by("pk")
        if one.hears(message.kind)
    ]
    if not endpoints:
        return
    payload = payload_of(message)
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                organization_id=message.organization_id,
                endpoint=endpoint,
                message=message,
                webhook_type=message.kind,
                object_type=message.object_type,
                object_id=message.object_id,
                payload=payload,
                next_attempt_at=now,
                created_at=at,
                updated_at=at,
            )
            for endpoint in endpoints
        ],
        ignore_conflicts=True,
    )


def send_due(
    organization: Organization | None = None,
    *,
    now: datetime,
    most: int | None = None,
    timeout: float = transport.TIMEOUT,
) -> int:
    """Send what is due at the real moment `now`, at most `most`, and return how many were sent.

    An attempt may take `timeout` seconds. An endpoint gets one after another, several endpoints side by side; no transaction is open meanwhile. One that
    does not answer is left alone for the rest of this call, and its other deliveries stay due.
    """
    sent = 0
    silent: set[uuid.UUID] = set()
    running: dict[Future[transport.Answer], WebhookDelivery] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while True:
            while len(running) < AT_ONCE and (most is None or sent + len(running) < most):
                busy = silent | {one.endpoint_id for one in running.values()}
                delivery = _claim(organization, busy, now)
                if delivery is None:
                    break
                running[pool.submit(transport.post, *_request(delivery, now), timeout)] = delivery
            if not running:
                return sent
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                delivery, answer = running.pop(future), future.result()
                _note(delivery, answer, now)
                sent += 1
                if answer.code is None:
                    silent.add(delivery.endpoint_id)


def _request(delivery: WebhookDelivery, at: datetime) -> tuple[str, bytes, dict[str, str]]:
    """Return the address, the bytes and the headers of an attempt; bytes and headers never change."""
    url, body = delivery.endpoint.webhook_url, bytes(delivery.payload)
    return url, body, headers_of(delivery, at)


@transaction.atomic
def _claim(
    organization: Organization | None, busy: set[uuid.UUID], now: datetime
) -> WebhookDelivery | None:
    """Take the next delivery that is due; if this process dies, another takes it after the lease."""
    rows = WebhookDelivery.objects.due(now).exclude(endpoint__in=busy)
    if organization is not None:
        rows = rows.of(organization)
    found = (
        rows.select_related("endpoint", "organization")
        .order_by("next_attempt_at", "id")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if found is not None:
        found.next_attempt_at = now + LEASE
        save_valid(found, update_fields=["next_attempt_at"])
    return found


def headers_of(delivery: WebhookDelivery, at: datetime) -> dict[str, str]:
    """Return the headers of an attempt: they do not change from one to the next."""
    endpoint, body = delivery.endpoint, bytes(delivery.payload)
    if endpoint.signature_algo == "hmac":
        signature = hmac_signature(body, delivery.organization.hmac_key)
    else:
        key = opened(signing_key(delivery.organization, at=at).private_key)
        signature = jwt_signature(body, key, settings.PUBLIC_URL)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Billing-Admin/1",
        "X-Lago-Signature": signature,
        "X-Lago-Signature-Algorithm": endpoint.signature_algo,
        "X-Lago-Unique-Key": str(delivery.pk),
    }


@transaction.atomic
def _note(delivery: WebhookDelivery, answer: transport.Answer, now: datetime) -> None:
    """Write what an attempt came to, and when the next one is due if there is to be one."""
    kept = WebhookDelivery.objects.locked().filter(pk=delivery.pk).first()
    if kept is None:
        return  # the endpoint was removed while it was sent to
    save_valid(
        WebhookAttempt(
            organization_id=kept.organization_id,
            delivery=kept,
            at=now,
            url=delivery.endpoint.webhook_url,
            response_code=answer.code,
            response_body=answer.body.replace("\x00", "")[:LONGEST_EXCERPT],
            error=answer.error,
            duration_ms=answer.duration_ms,
        )
    )
    kept.attempts += 1
    kept.response_code = answer.code
    kept.last_attempt_at = kept.updated_at = now
    kept.next_attempt_at = None
    if answer.is_accepted:
        kept.status = DeliveryStatus.SUCCEEDED
    elif kept.attempts >= MOST_ATTEMPTS:
        kept.status = DeliveryStatus.FAILED
    else:
        kept.next_attempt_at = now + wait_after(kept.attempts, kept.pk)
    save_valid(kept)


def wait_after(attempts: int, pk: uuid.UUID) -> timedelta:
    """Return how long to wait after so many failed attempts: n⁴ and up to 15 % of it, and 2 seconds.

    The spread follows from the delivery's id, so that a thousand that fail together do not return together.
    """
    base = attempts**4
    spread = pk.int % 1000 * 15 * base / 100_000
    return timedelta(seconds=base + spread + 2)


@transaction.atomic
def resend(
    delivery: WebhookDelivery, *, actor: Actor, at: datetime, now: datetime
) -> WebhookDelivery:
    """Have a delivery sent once more with its own bytes, also one that has succeeded.

    It gets three attempts again, the first at the real moment `now`. Raises NotFound when its endpoint is gone.
    """
    kept = WebhookDelivery.objects.locked().filter(pk=delivery.pk).first()
    if kept is None:
        raise NotFound("webhook", "The endpoint of this webhook has been removed.")
    kept.status, kept.attempts = DeliveryStatus.PENDING, 0
    kept.next_attempt_at, kept.updated_at = now, at
    save_valid(kept, update_fields=["status", "attempts", "next_attempt_at", "updated_at"])
    journal.record(kept, "webhook_delivery.resent", actor=actor, at=at)
    return kept
