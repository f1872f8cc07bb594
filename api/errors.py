"""Turns refusals into the error shapes of the contract; nothing else in the API does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from billing.errors import DomainError, Forbidden, Invalid, NotAllowed, NotFound

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
}
# What pydantic finds wrong, in the contract's words; a code of our own passes as it is.
CODES = {
    "missing": "value_is_mandatory",
    "string_too_long": "value_is_too_long",
    "string_too_short": "value_is_too_short",
    "too_long": "invalid_count",
    "too_short": "invalid_count",
    "greater_than": "value_is_out_of_range",
    "greater_than_equal": "value_is_out_of_range",
    "less_than": "value_is_out_of_range",
    "less_than_equal": "value_is_out_of_range",
    "int_parsing_size": "value_is_out_of_range",
}
OURS = ("value_", "invalid_", "missing_", "not_", "url_")


def error_answer(status: int, *, error: str = "", **more: Any) -> JsonResponse:
    """Return an error in the contract's shape; members without a value are left out."""
    body = {"status": status, "error": error or TITLES.get(status, "Error")}
    return JsonResponse(
        body | {name: value for name, value in more.items() if value}, status=status
    )


def unprocessable(details: Mapping[str, Any]) -> JsonResponse:
    """Return 422 with the codes of each field."""
    return error_answer(422, code="validation_errors", error_details=dict(details))


def translated(error: DomainError) -> JsonResponse:
    """Return the answer to a refusal of the domain."""
    if isinstance(error, Invalid):
        return unprocessable(error.errors)
    if isinstance(error, NotFound):
        return error_answer(404, code=error.code)
    if isinstance(error, Forbidden):
        return error_answer(403, code=error.code)
    if isinstance(error, NotAllowed):
        return error_answer(405, code=error.code)
    return unprocessable({"base": [error.code]})


def register(api: NinjaAPI) -> None:
    """Teach `api` every translation."""
    api.add_exception_handler(DomainError, lambda request, error: translated(error))
    api.add_exception_handler(ValidationError, lambda request, error: _unreadable(error))
    api.add_exception_handler(
        Http404, lambda request, error: error_answer(404, code="resource_not_found")
    )
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(BadRequest, lambda request, error: bad_request(str(error)))
    # A number, text or moment that no column can hold.
    api.add_exception_handler(
        DataError, lambda request, error: unprocessable({"base": ["value_is_out_of_range"]})
    )


def bad_request(why: str) -> JsonResponse:
    """Return 400: the request is not what the contract says a request looks like."""
    return error_answer(400, error=f"BadRequest: {why}")


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return bad_request(str(error))
    return error_answer(error.status_code, error=str(error))


def _unreadable(error: ValidationError) -> JsonResponse:
    """Answer what a schema found wrong: 400 about the root, 404 about the path, else 422."""
    details: dict[str, list[str]] = {}
    for fault in error.errors:
        place, *where = fault["loc"]
        if place == "path":
            return error_answer(404, code="resource_not_found")
        names = where[1:] if place == "body" else where
        # ("body", <parameter>, <root>): the root itself is missing or no object.
        if place == "body" and len(names) < 2:
            return bad_request(f"param is missing or the value is empty or invalid: {_last(where)}")
        field = str(names[1] if place == "body" else _last(names))
        code = _code(fault["type"])
        if code not in details.setdefault(field, []):
            details[field].append(code)
    return unprocessable(details)


def _code(kind: str) -> str:
    if kind.startswith(OURS):
        return kind
    return CODES.get(kind, "value_is_invalid")


def _last(names: Iterable[Any]) -> str:
    return str(list(names)[-1])
