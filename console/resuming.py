"""A session that ended while somebody typed: they sign in again, and nothing that they typed is lost.

With htmx they sign in over the page that they are on. Without, the sign-in page carries what was sent, signed, and
afterwards offers to send it once more; it is never sent by itself.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from console.sign_in import SignInForm

SALT = "console.resuming"
KEPT_SECONDS = 3600
LARGEST = 200_000  # of what is kept; an import is sent again from its file
OWN = frozenset({"csrfmiddlewaretoken"})
SECRET = ("password", "secret", "api_key", "token_value")


def ask_in_dialog(request: HttpRequest) -> HttpResponse:
    """Answer htmx with a form for signing in, in a dialog of its own; the page stays as it is."""
    response = render(request, "console/_signed_out.html", {"form": None}, status=401)
    response["HX-Retarget"], response["HX-Reswap"] = "#session-body", "innerHTML"
    response["HX-Push-Url"] = "false"
    return response


def ask_and_keep(request: HttpRequest, came_from: str) -> HttpResponse:
    """Answer a form that nobody is signed in for with a page for signing in that keeps what was sent."""
    kept = kept_of(request)
    if not kept:
        return redirect_to_login(came_from, "/sign-in/")
    context = {"form": SignInForm(), "next": came_from, "kept": kept}
    response = render(request, "console/sign_in.html", context, status=401)
    add_never_cache_headers(response)
    return response


def kept_of(request: HttpRequest) -> str:
    """Return what was sent, signed; nothing when it has a file or a secret, or is too large."""
    fields = [(name, request.POST.getlist(name)) for name in request.POST if name not in OWN]
    if (
        not fields
        or request.FILES
        or any(word in name.lower() for name, _ in fields for word in SECRET)
    ):
        return ""
    kept = signing.dumps([request.get_full_path(), fields], salt=SALT, compress=True)
    return kept if len(kept) <= LARGEST else ""


def resumed(kept: str) -> dict[str, Any] | None:
    """Return the address and the fields that were kept, if they are as we gave them out."""
    try:
        address, fields = signing.loads(kept, salt=SALT, max_age=KEPT_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return {
        "address": address,
        "fields": [(name, value) for name, values in fields for value in values],
    }
