"""Turns refusals of the domain into answers for operators: the console's one translator."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from billing.errors import DomainError, Forbidden, Invalid, NotFound
from console.htmx import refused
from console.wording import spoken

FOREIGN = ("/api/", "/admin/")
"""Addresses whose refusals are translated elsewhere."""


def status_of(error: DomainError) -> int:
    """Return the HTTP status that says what kind of refusal `error` is."""
    for kind, status in ((Invalid, 422), (NotFound, 404), (Forbidden, 403)):
        if isinstance(error, kind):
            return status
    return 409


class DomainErrorMiddleware:
    """Answer a DomainError that a view let through: 403, 404, 409 or 422, page or fragment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError) or request.path.startswith(FOREIGN):
            return None
        return refused(request, spoken(error.message), status=status_of(error), facts=error.facts)
