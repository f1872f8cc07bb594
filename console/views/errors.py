"""What is answered when something broke: a page, or with htmx a notice; both bear the reference of the request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from console.htmx import is_fragment_request, refused


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; asks neither the database nor the session, which may be what broke."""
    reference = getattr(request, "id", "")
    if is_fragment_request(request):
        said = _(
            "Something broke here, and nothing was changed. Try once more; if it happens again, name this reference: %(reference)s"
        )
        return refused(request, said % {"reference": reference}, status=500)
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)


def out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not the session's, as after signing in again elsewhere."""
    if is_fragment_request(request):
        said = _(
            "You have signed in or out since this page was opened. Nothing was changed. Copy what you typed, and reload the page."
        )
        return refused(request, said, status=403)
    return csrf_failure(request, reason)
