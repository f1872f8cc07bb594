"""The short way of the two endpoints that take events in: a WSGI application in front of Django.

It answers what is as it should be: a known key of an organization in real time, events that are well formed and
new. Everything else goes the long way, request and all, so that each refusal has one home; the answers of both
are held to be the same by tests.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.db import close_old_connections

from api import rate_limits
from api.authentication import authenticate
from api.parsing import read_json
from api.values import decimal, instant, instant_ms
from billing.errors import Invalid
from usage.express import store_at_once
from usage.incoming import IncomingEvent, incoming
from usage.operations import MOST
from usage.schemas import EventOut

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

ONE, MANY = "/api/v1/events", "/api/v1/events/batch"
LARGEST = 2_000_000  # bytes of a body; a larger one goes the long way


class Knock:
    """What the gate of the API looks at."""

    def __init__(self, environ: Environ) -> None:
        self.path: str = environ["PATH_INFO"]
        self.headers = {"Authorization": environ.get("HTTP_AUTHORIZATION", "")}
        self.id = uuid.uuid4().hex
        self.organization: Any = None
        self.actor: Any = None
        self.at: Any = None


def express(application: Application) -> Application:
    """Put the short way in front of `application`."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] not in (ONE, MANY):
            return application(environ, start_response)
        size = environ.get("CONTENT_LENGTH") or ""
        if not size.isdecimal() or int(size) > LARGEST or "HTTP_IDEMPOTENCY_KEY" in environ:
            return application(environ, start_response)
        body = environ["wsgi.input"].read(int(size))
        found = _answered(Knock(environ), body)
        if found is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return application(environ, start_response)
        payload, headers = found
        start_response("200 OK", headers)
        return [payload]

    return answer


def _answered(knock: Knock, body: bytes) -> tuple[bytes, list[tuple[str, str]]] | None:
    """Store what `body` holds and return the answer, or None if that takes the long way."""
    close_old_connections()
    if not authenticate(knock) or knock.organization.is_sandbox:  # type: ignore[arg-type]
        return None
    events = _read(knock, body)
    if events is None:
        return None
    allowance = rate_limits.take(knock, str(knock.organization.pk))  # type: ignore[arg-type]
    if allowance.is_spent:
        return None
    ids = store_at_once(knock.organization, events, at=knock.at)
    if ids is None:
        return None
    shown = _shown(events, ids, created_at=instant(knock.at))
    payload = json.dumps({"event": shown[0]} if knock.path == ONE else {"events": shown}).encode()
    return payload, [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(payload))),
        ("X-RateLimit-Limit", str(allowance.limit)),
        ("X-RateLimit-Remaining", str(max(allowance.remaining, 0))),
        ("X-RateLimit-Reset", "1"),
        ("X-Request-Id", knock.id),
    ]


def _read(knock: Knock, body: bytes) -> list[IncomingEvent] | None:
    """Return the events of a request that is well formed."""
    try:
        content = read_json(body)
        if not isinstance(content, dict):
            return None
        given = [content.get("event")] if knock.path == ONE else content.get("events")
        if not isinstance(given, list) or not 0 < len(given) <= MOST:
            return None
        if not all(isinstance(each, dict) for each in given):
            return None
        return [incoming(each, at=knock.at) for each in given]
    except (BadRequest, Invalid):
        return None


def _shown(
    events: Sequence[IncomingEvent], ids: Sequence[uuid.UUID], *, created_at: str | None
) -> list[EventOut]:
    """Show events as `usage.schemas.event_out` does."""
    return [
        {
            "lago_id": str(own_id),
            "transaction_id": event.transaction_id,
            "lago_customer_id": None,
            "code": event.code,
            "timestamp": instant_ms(event.at),
            "precise_total_amount_cents": decimal(event.precise_total_amount_cents),
            "properties": event.properties,
            "lago_subscription_id": None,
            "external_subscription_id": event.external_subscription_id,
            "created_at": created_at,
        }
        for event, own_id in zip(events, ids, strict=True)
    ]
