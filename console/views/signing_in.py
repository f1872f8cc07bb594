"""Signing in and out. Attempts are counted for an account and for an address, and slow down."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from console.htmx import is_fragment_request, page_or_fragment
from console.resuming import resumed
from console.sign_in import SignInForm
from organizations import clock, operations


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let an operator in; 422 when the password is wrong, 429 when there were too many attempts."""
    following = _following(request)
    if request.user.is_authenticated and not is_fragment_request(request):
        return redirect(following)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = _attempt(request, form) if form.is_valid() else 422
        if status == 303:
            return _signed_in(request, following)
    context = {"form": form, "next": following, "kept": request.POST.get("kept", "")}
    return page_or_fragment(
        request,
        "console/sign_in.html",
        context,
        fragment="console/_signed_out.html",
        status=status,
    )


def _signed_in(request: HttpRequest, following: str) -> HttpResponse:
    """Go on: where they were (htmx), with what they had sent, or to the page that was asked for."""
    if is_fragment_request(request):
        told = {"signed-in": {"token": get_token(request)}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})
    kept = resumed(request.POST.get("kept", ""))
    if kept is None:
        return redirect(following)
    return render(request, "console/resume.html", {**kept, "back": following})


def _attempt(request: HttpRequest, form: SignInForm) -> int:
    """Try what was typed; return 303 when it let them in, else the status to answer with."""
    keys = operations.keys_of(form.cleaned_data["email"], _address(request))
    seconds = operations.admit(keys, at=clock.now())
    if seconds:
        message = _("Too many attempts. Try again in %(seconds)d seconds.")
        form.add_error(None, message % {"seconds": seconds})
        return 429
    # For an unknown address Django hashes a password all the same, so both take equally long.
    operator = authenticate(
        request, username=form.cleaned_data["email"], password=form.cleaned_data["password"]
    )
    if operator is None:
        form.add_error(None, _("E-mail address or password is wrong."))
        return 422
    operations.forgive(keys)
    login(request, operator)
    return 303


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("/sign-in/")


def _following(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"


def _address(request: HttpRequest) -> str:
    """Return where the request came from; behind a proxy what the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.ENVIRONMENT.is_proxied and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
