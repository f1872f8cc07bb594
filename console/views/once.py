"""A second press of the same button is recognised by the form's token and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from organizations import clock, operations

SHOW = "show"
"""Sent by a button that only asks what would happen: nothing is done, so the form may be sent again."""

View = Callable[..., HttpResponse]


def once(view: View) -> View:
    """Carry out a posted form with a `form_token` one time; a repetition is led to where the first went.

    Goes below `operator_view`. The view runs in one transaction with the token: both happen, or neither.
    Not for views whose work commits by itself (a move of the clock).
    """

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        token = token_of(request)
        if request.method != "POST" or token is None or SHOW in request.POST:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            location = operations.lock_token(token)
            if location:
                return _lead(request, location)
            response = view(request, *args, **kwargs)
            if response.status_code < 400:
                operations.remember_sent(
                    token,
                    organization=request.organization,
                    operator=request.user,
                    location=_location(response),
                    at=clock.now(),
                )
            return response

    return guarded


def token_of(request: HttpRequest) -> UUID | None:
    """Return the token of a form that was sent; None without a usable one."""
    try:
        return UUID(request.POST.get("form_token", ""))
    except ValueError:
        return None


def _location(response: HttpResponse) -> str:
    return response.get("HX-Redirect") or response.get("Location") or "/"


def _lead(request: Any, location: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": location})
    response = HttpResponseRedirect(location)
    response.status_code = 303
    return response
