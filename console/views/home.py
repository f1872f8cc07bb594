"""The first page, search, and the style guide."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from console import styleguide as samples
from console.access import OperatorRequest, identify, operator_view
from console.first_steps import first_steps
from console.htmx import done, page_or_fragment
from console.search import search as find


@operator_view()
def home(request: OperatorRequest) -> HttpResponse:
    """Open the customers."""
    return redirect("/customers/")


@operator_view()
def start(request: OperatorRequest) -> HttpResponse:
    """Show the five steps to the first invoice, and which of them are done."""
    template = "console/start.html"
    context = {"guide": first_steps(request.organization)}
    return page_or_fragment(request, template, context, fragment=template)


@operator_view()
def search(request: OperatorRequest) -> HttpResponse:
    """Find anything of the organization by name or id; the palette asks for the fragment."""
    term = request.GET.get("q", "").strip()[:255]
    context = {"found": find(request.organization, term), "searched": term}
    return page_or_fragment(request, "console/search.html", context)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component with sample data; for staff, or anybody while DEBUG is on."""
    user = request.user
    if not settings.DEBUG and not (user.is_authenticated and user.is_staff):  # type: ignore[union-attr]
        raise Http404
    if user.is_authenticated:
        identify(request)
    context = samples.context(request)
    if request.method == "POST" and samples.may_go_on(request, context):
        return done(request, _("The sample customer is deleted."), stay=True)
    return page_or_fragment(
        request,
        "console/styleguide.html",
        context,
        fragments={
            "sample-list": "console/_sample_list.html",
            "dialog-body": "console/_confirm.html",
            "drawer-body": "console/_sample_drawer.html",
        },
        fragment="console/styleguide.html",
        status=422 if request.method == "POST" else 200,
    )
