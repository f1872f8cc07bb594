"""Two ways to answer: `page_or_fragment` for what is read, `done` for what was changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers

NOTICES = {"dialog-body": "#dialog-notice", "drawer-body": "#drawer-notice"}
"""Where a refusal is shown when what asked stands in a dialog, which covers the toasts."""


def is_fragment_request(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of a page rather than for a whole one."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") != "full"


def wanted_target(request: HttpRequest) -> str:
    """Return the id of the element that htmx will fill, or an empty string."""
    return request.headers.get("HX-Target", "").partition("#")[2]


def fragment_of(page: str) -> str:
    """Return the path of a page's own fragment: ``customers/list.html``, ``customers/_list.html``."""
    folder, _, name = page.rpartition("/")
    return f"{folder}/_{name}" if folder else f"_{name}"


def page_or_fragment(
    request: HttpRequest,
    page: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    fragments: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render `page`, or only its fragment when htmx asks for a part.

    `fragment` is by default the page's name with an underscore; `fragments` maps ids of targets to
    templates where a page has several. `status` is 422 for a form that was not accepted.
    """
    template = page
    if is_fragment_request(request):
        template = (fragments or {}).get(wanted_target(request)) or fragment or fragment_of(page)
    response = render(request, template, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type", "HX-Target"])
    return response


def done(
    request: HttpRequest,
    message: str = "",
    *,
    to: Any = None,
    events: Sequence[str] | Mapping[str, Any] = (),
    stay: bool = False,
) -> HttpResponse:
    """Answer a change that happened: say so, and go to `to` (a path, URL name or model).

    Without JavaScript it is always a redirect, to the page that asked when `to` is not given. With htmx
    it is a redirect too, unless `stay`: then 204 with a toast and `events`
    (``invoice-finalized``), so that listening fragments refresh themselves and an open dialog closes.
    """
    is_htmx = request.headers.get("HX-Request") == "true"
    if is_htmx and stay:
        return _staying(message, events)
    if message:
        messages.success(request, message)
    target = resolve_url(to) if to is not None else came_from(request)
    if not is_htmx:
        response: HttpResponse = HttpResponseRedirect(target)
        response.status_code = 303
        return response
    return HttpResponse(status=204, headers={"HX-Redirect": target})


def _staying(message: str, events: Sequence[str] | Mapping[str, Any]) -> HttpResponse:
    """Return 204 with the events and the toast in the header that htmx reads."""
    told: dict[str, Any] = (
        dict(events) if isinstance(events, Mapping) else {key: {} for key in events}
    )
    if message:
        told["console-toast"] = {"message": str(message), "tone": "success"}
    told["console-done"] = {}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})


def came_from(request: HttpRequest, default: str = "/") -> str:
    """Return the path of the page that sent the request, if it is one of ours."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = urlsplit(address)
    if parts.netloc != request.get_host() or parts.path == request.path:
        return default
    return parts.path + (f"?{parts.query}" if parts.query else "")


def refused(
    request: HttpRequest, message: str, *, status: int = 409, facts: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Answer a refusal: a page of its own, or with htmx a notice in the place for messages."""
    context = {"message": message, "facts": facts or {}, "status": status}
    if is_fragment_request(request):
        return _notice(request, context)
    context["back"] = came_from(request)
    return render(request, "console/refused.html", context, status=status)


def _notice(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Return a refusal as a notice: in the dialog or drawer that asked, else among the toasts."""
    asked_by = wanted_target(request)
    context["is_in_dialog"] = asked_by in NOTICES
    response = render(request, "console/_refused.html", context, status=context["status"])
    response["HX-Retarget"] = NOTICES.get(asked_by, "#toasts")
    response["HX-Reswap"] = "innerHTML" if context["is_in_dialog"] else "beforeend"
    return response
