"""PDFs for operators and, by a signed link, for customers; and sending them by e-mail once more."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from console.htmx import done
from console.views import OperatorRequest, once, operator_view
from delivery.documents import Documented, document_of
from delivery.emails import resend_email
from delivery.links import named_by
from delivery.reads import documented, issued
from organizations import clock


@require_GET
@operator_view()
def pdf(request: OperatorRequest, kind: str, pk: UUID) -> HttpResponse:
    """Give out the PDF of a document of the operator's organization, a draft's too."""
    thing = get_object_or_404(documented(kind).of(request.organization), pk=pk)
    return _answer(thing, is_download="download" in request.GET)


@require_GET
def signed(request: HttpRequest, token: str) -> HttpResponse:
    """Give out the PDF that a signed link names; 404 when the link is forged or too old."""
    try:
        kind, pk = named_by(token)
    except signing.BadSignature as error:
        raise Http404 from error
    return _answer(get_object_or_404(documented(kind), pk=pk))


@require_POST
@operator_view("resend")
@once
def email(request: OperatorRequest, kind: str, pk: UUID) -> HttpResponse:
    """Have an issued document mailed to its customer once more."""
    thing = get_object_or_404(issued(kind).of(request.organization), pk=pk)
    recipients = resend_email(thing, actor=request.actor, at=clock.now(request.organization))
    told = _("%(document)s is on its way to %(recipients)s.")
    words = {"document": str(thing), "recipients": ", ".join(recipients)}
    return done(request, told % words, stay=True)


def _answer(thing: Documented, *, is_download: bool = False) -> HttpResponse:
    document = document_of(thing, at=clock.now(thing.organization))
    answer = HttpResponse(bytes(document.content), content_type="application/pdf")
    place = "attachment" if is_download else "inline"
    answer["Content-Disposition"] = f'{place}; filename="{document.filename}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
