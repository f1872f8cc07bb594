"""What every request gets: an id that its log lines carry, and headers that narrow the browser."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from delivery.tasks import settle as deliver
from organizations import clock
from workflows.settle import settle

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
READS = ("GET", "HEAD", "OPTIONS")
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

GetResponse = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: GetResponse) -> GetResponse:
    """Give each request an id (`request.id`), from X-Request-Id if a proxy set a usable one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        chosen = given if ACCEPTED_ID.fullmatch(given) else uuid.uuid4().hex
        request.id = chosen  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=chosen):
            response = get_response(request)
        response["X-Request-Id"] = chosen
        response.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware


def settle_sandboxes(get_response: GetResponse) -> GetResponse:
    """Have done, before the answer, whatever a change in a sandbox has left to be done."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        organization = getattr(request, "organization", None)
        if request.method not in READS and organization is not None and organization.is_sandbox:
            organization.refresh_from_db(fields=["sandbox_now"])
            settle(organization, at=clock.now(organization))
            deliver(organization)
        return response

    return middleware


class CompressPages(GZipMiddleware):
    """Compress what people read; the API's answers stay as they are, small and soon.

    Django pads each answer at random, so that its length tells nothing of the secrets in it (BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress any answer but the API's, if the browser takes it."""
        if request.path.startswith("/api/"):
            return response
        return super().process_response(request, response)
