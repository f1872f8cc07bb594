"""Doing what was promised: each open message of the outbox is handed to the handler of its topic."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from activity.models import OutboxMessage
from delivery import emails, transport, webhooks
from delivery.issuing import issue_document
from delivery.models import WebhookDelivery, WebhookEndpoint
from organizations.models import Organization
from persistence.saving import save_valid
from workflows.handle_payment_message import handle_payment_message

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Handler:
    """What is done with the messages of a topic.

    `run(message, at=, now=)` gets the organization's time and the real one. It may be called again for the same
    message (after a crash), so it must do nothing twice that matters. When it `is_atomic` it shares a transaction
    with the note that the message is handled; one that talks to the network is not, and opens its own.
    """

    run: Callable[..., Any]
    is_atomic: bool = True


def ask_provider(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
    """Let a payment provider be asked, in the time of the organization."""
    handle_payment_message(message, at=at)


HANDLERS: dict[str, Handler] = {
    "webhook": Handler(webhooks.fan_out),
    "document": Handler(issue_document),
    "email": Handler(emails.send, is_atomic=False),
    "payment": Handler(ask_provider, is_atomic=False),
    "refund": Handler(ask_provider, is_atomic=False),
}


def register(topic: str, run: Callable[..., Any], *, is_atomic: bool = True) -> None:
    """Name who handles the messages of `topic`."""
    HANDLERS[topic] = Handler(run, is_atomic)


@dataclass
class Delivered:
    """What a pass over the outbox came to: messages handled, messages that failed, webhooks sent."""

    handled: int = 0
    failed: int = 0
    sent: int = 0


def deliver_due(
    organization: Organization | None = None,
    *,
    at: datetime,
    most: int | None = None,
    timeout: float = transport.TIMEOUT,
) -> Delivered:
    """Handle open messages, of all organizations or of one, and send the webhooks that are due; at most `most` each.

    `at` is real time (organizations.clock.now() without an organization), by which waits are measured; handlers are
    also told the time that it is in the message's organization. Each message is a transaction by itself, locked so
    that several processes may do this side by side. One that fails stays open and is tried again after a wait that doubles, up to an hour.
    """
    done = Delivered()
    _pass_over_unheard(organization, at)
    tried: list[int] = []
    while most is None or len(tried) < most:
        outcome = _next(organization, tried, at)
        if outcome is None:
            break
        done.handled += outcome
        done.failed += not outcome
    done.sent = webhooks.send_due(organization, now=at, most=most, timeout=timeout)
    return done


def is_waiting(organization: Organization, at: datetime) -> bool:
    """Say whether anything of this organization waits to be delivered; one query."""
    messages = OutboxMessage.objects.of(organization).filter(handled_at=None, topic__in=HANDLERS)
    sendings = WebhookDelivery.objects.of(organization).due(at)
    return messages.values("pk").union(sendings.values("message_id"), all=True).exists()


def _pass_over_unheard(organization: Organization | None, at: datetime) -> None:
    """Close in one statement the webhooks of organizations that nobody listens to."""
    rows = OutboxMessage.objects.filter(handled_at=None, topic="webhook")
    if organization is not None:
        rows = rows.of(organization)
    listening = WebhookEndpoint.objects.filter(organization=OuterRef("organization"))
    rows.filter(~Exists(listening)).update(handled_at=at)


def _next(organization: Organization | None, tried: list[int], now: datetime) -> bool | None:
    """Handle one message and say whether that went well; None when none is due."""
    with transaction.atomic():
        message = _due(organization, tried, now)
        if message is None:
            return None
        tried.append(message.pk)
        handler = HANDLERS[message.topic]
        if handler.is_atomic:
            return _handle(message, handler, now)
        # While it runs without a transaction, this keeps others off; they take over if we die.
        message.next_attempt_at = now + LEASE
        save_valid(message, update_fields=["next_attempt_at"])
    return _handle(message, handler, now)


def _due(
    organization: Organization | None, tried: list[int], now: datetime
) -> OutboxMessage | None:
    rows = OutboxMessage.objects.filter(handled_at=None, topic__in=HANDLERS).filter(
        Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    )
    if organization is not None:
        rows = rows.of(organization)
    if tried:  # a failed one is due again at the earliest in the next call
        rows = rows.filter(pk__gt=tried[-1])
    return (
        rows.select_related("organization")
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )


def _handle(message: OutboxMessage, handler: Handler, now: datetime) -> bool:
    try:
        if handler.is_atomic:
            with transaction.atomic():
                handler.run(message, at=time_of(message.organization, now), now=now)
        else:
            handler.run(message, at=time_of(message.organization, now), now=now)
    except Exception as error:
        # One message that cannot be handled must not keep the others: it is noted, and tried again.
        logger.exception("Message %s (%s) could not be handled.", message.pk, message)
        message.error = f"{type(error).__name__}: {error}"[:2000].replace("\x00", "")
        message.next_attempt_at = now + wait_after(message.attempts)
    else:
        message.handled_at, message.next_attempt_at, message.error = now, None, ""
    message.attempts += 1
    save_valid(message, update_fields=["handled_at", "attempts", "next_attempt_at", "error"])
    return message.handled_at is not None


def wait_after(attempts: int) -> timedelta:
    """Return how long a message waits that has failed once more after so many attempts: 10 s, 20 s, … an hour."""
    return min(timedelta(seconds=10 * 2 ** min(attempts, 20)), LONGEST_WAIT)


def time_of(organization: Organization, now: datetime) -> datetime:
    """Return the time that it is in `organization` when it is really `now`."""
    if organization.is_sandbox and organization.sandbox_now:
        return organization.sandbox_now
    return now
