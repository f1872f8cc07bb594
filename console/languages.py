"""The language of the console: what the operator chose, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

GetResponse = Callable[[HttpRequest], HttpResponse]

ENGLISH = ("/api/", "/admin/", "/healthz")
"""Addresses that speak English to everybody: machines and support rely on the words."""


def language_of(request: HttpRequest) -> str:
    """Return the code of the language to answer in, one of `settings.LANGUAGES`."""
    if request.path.startswith(ENGLISH):
        return str(settings.LANGUAGE_CODE)
    # No cookie and no path prefix decides: one choice, kept with the operator.
    chosen = str(getattr(request.user, "language", ""))
    return chosen if chosen in dict(settings.LANGUAGES) else asked_for(request)


def asked_for(request: HttpRequest) -> str:
    """Return the language that the browser prefers among ours; English when it names none."""
    header = request.headers.get("Accept-Language", "")
    wanted = (tag.partition("-")[0] for tag, _weight in parse_accept_lang_header(header.lower()))
    known = dict(settings.LANGUAGES)
    return next((code for code in wanted if code in known), str(settings.LANGUAGE_CODE))


def speak(get_response: GetResponse) -> GetResponse:
    """Answer each request in its language, and leave the thread as it was."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            response = get_response(request)
        if not request.path.startswith(ENGLISH):
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ["Accept-Language"])
        return response

    return middleware
