"""The door at which payment providers bring their news."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from organizations import clock
from payments.models import PaymentProvider
from payments.providers import FalseSignature, Unreachable, connect
from workflows.hear_provider import hear_provider


@csrf_exempt  # A provider has no session; it signs what it sends.
@require_POST
def hear(request: HttpRequest, kind: str, organization_id: uuid.UUID) -> HttpResponse:
    """Take signed news: 200 also for what was heard before, 400 for a false signature.

    ``?code=`` names the connection where an organization has several of one kind. Those that were disconnected are
    heard too, since what they have moved may still come to its end.
    """
    rows = PaymentProvider.objects.filter(organization_id=organization_id, kind=kind)
    if code := request.GET.get("code"):
        rows = rows.filter(code=code)
    provider = rows.select_related("organization").order_by("created_at", "pk").first()
    provider = provider or get_object_or_404(rows)
    try:
        told = connect(provider).read_news(request.body, request.headers)
    except FalseSignature:
        return HttpResponse("false signature", status=400, content_type="text/plain")
    except Unreachable:
        # Some providers only say that something has happened, and then do not say what.
        return HttpResponse("try again", status=503, content_type="text/plain")
    for news in told:
        hear_provider(provider, news, at=clock.now(provider.organization))
    return HttpResponse("[accepted]", content_type="text/plain")
