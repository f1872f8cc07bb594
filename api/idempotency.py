"""The Idempotency-Key header: the same request sent twice has one effect and one answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse

from api.errors import unprocessable
from api.requests import ApiRequest
from organizations import idempotency

METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LONGEST = 255
NOT_KEPT = frozenset({401, 429})


def once(request: ApiRequest, respond: Callable[[ApiRequest], HttpResponse]) -> HttpResponse:
    """Answer a request that bears an Idempotency-Key from what was answered before, else do it and keep it.

    The effect and its answer are one transaction; a copy that arrives meanwhile waits for it. Refusals are kept
    too; faults (5xx) are not, and undo everything.
    """
    name = request.headers.get("Idempotency-Key", "").strip()
    if not name or request.method not in METHODS:
        return respond(request)
    if len(name) > LONGEST or "\x00" in name:
        return unprocessable({"idempotency_key": ["value_is_too_long"]})
    with transaction.atomic():
        claim = idempotency.claim(
            request.organization,
            name,
            fingerprint=_fingerprint(request),
            at=request.at,
        )
        if claim.is_answered:
            return _replayed(claim.answer, _fingerprint(request))
        response = respond(request)
        if response.status_code >= 500 or response.status_code in NOT_KEPT:
            transaction.set_rollback(True)
        else:
            body, kind = response.content.decode(), response.get("Content-Type", "")
            idempotency.keep(claim, status=response.status_code, body=body, content_type=kind)
    return response


def _replayed(answer: idempotency.IdempotentAnswer, fingerprint: str) -> HttpResponse:
    if answer.fingerprint != fingerprint:
        return unprocessable({"idempotency_key": ["value_already_exist"]})
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    response["Idempotent-Replayed"] = "true"
    return response


def _fingerprint(request: ApiRequest) -> str:
    told = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(told).hexdigest()
