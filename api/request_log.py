"""Writes the log of the API, once the answer has been sent.

Reads are not logged, and events that were stored neither: they come by the thousand, and each of them can be found
by its transaction. Refused events are, a few a second: a backend that does something wrong does it again and again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpResponse

from api.requests import ApiRequest
from billing.errors import DomainError
from organizations.api_log import log_request

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
EVENTS = frozenset({"/api/v1/events", "/api/v1/events/batch"})
MOST_REFUSED_EVENTS = 5  # a second, in each process

logger = logging.getLogger(__name__)
_refused = (0, 0)


def log_later(request: ApiRequest, response: HttpResponse, began: float) -> None:
    """Have an answer to a signed-in request logged when the server closes it; `began` is a reading of perf_counter."""
    if request.method not in CHANGES or not _is_wanted(request, response):
        return
    milliseconds = round((time.perf_counter() - began) * 1000)
    write = partial(_write, request, response, milliseconds)
    response.close = _after(write, response.close)  # type: ignore[method-assign]


def _is_wanted(request: ApiRequest, response: HttpResponse) -> bool:
    global _refused
    if request.path not in EVENTS:
        return True
    if response.status_code < 400:
        return False
    second = int(time.monotonic())
    count = _refused[1] + 1 if _refused[0] == second else 1
    _refused = (second, count)
    return count <= MOST_REFUSED_EVENTS


def _after(write: Callable[[], None], close: Callable[[], None]) -> Callable[[], None]:
    def closing() -> None:
        try:
            write()
        finally:
            close()

    return closing


def _write(request: ApiRequest, response: HttpResponse, milliseconds: int) -> None:
    """Store the line; a fault of the log never becomes one of the request."""
    status = response.status_code
    try:
        log_request(
            request.organization,
            api_key_id=UUID(request.actor.id),
            request_id=request.id,
            method=str(request.method),
            path=request.get_full_path(),
            status=status,
            duration_ms=milliseconds,
            answer=response.content.decode() if status >= 400 else "",
            at=request.at,
        )
    except (DatabaseError, DomainError):
        logger.exception("A request could not be logged.")
