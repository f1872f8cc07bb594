"""The gate of the API: every request under /api/ passes here, and every answer is in the contract's shape."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from api import idempotency, rate_limits, request_log
from api.authentication import authenticate
from api.errors import error_answer
from api.requests import ApiRequest

GetResponse = Callable[[HttpRequest], HttpResponse]
PREFIX = "/api/"
OPEN = frozenset({"/api/v1/openapi.json", "/api/v1/docs"})

logger = logging.getLogger(__name__)


def gate(get_response: GetResponse) -> GetResponse:
    """Sign in, count, answer repeated requests once, and let no HTML error page out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        asked, began = cast(ApiRequest, request), time.perf_counter()
        response = _safe(asked, get_response)
        if hasattr(asked, "actor"):
            request_log.log_later(asked, response, began)
        return response

    return middleware


def _safe(request: ApiRequest, get_response: GetResponse) -> HttpResponse:
    try:
        return _in_json(_answer(request, get_response))
    except RequestDataTooBig:
        return error_answer(413)
    except Exception:
        logger.exception("The API failed.")
        return error_answer(500)


def _answer(request: ApiRequest, get_response: GetResponse) -> HttpResponse:
    if request.path in OPEN:
        return get_response(request)
    if "\x00" in request.path or "\ufffd" in request.path:
        return error_answer(404, code="resource_not_found")
    if not authenticate(request):
        return error_answer(401)
    owner = str(request.organization.pk)
    allowance = rate_limits.take(request, owner)
    if allowance.is_spent:
        response: HttpResponse = error_answer(429)
    else:
        _ = request.body  # read here, where one that is too large can be answered
        response = idempotency.once(request, get_response)
    allowance.tell(response)
    return response


def _in_json(response: HttpResponse) -> HttpResponse:
    """Replace Django's own error pages; a method that a path does not have is an unknown route."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(
        "application/json"
    ):
        return response
    if response.status_code in (404, 405):
        replaced = error_answer(404, code="resource_not_found")
    else:
        replaced = error_answer(response.status_code)
    for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"):
        if name in response:
            replaced[name] = response[name]
    return replaced
