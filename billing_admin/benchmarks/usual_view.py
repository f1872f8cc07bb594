"""What is usual: a Django view that stores events through the ORM. The product only measures against it."""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, datetime
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_admin.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 (needs Django to be set up)
from django.db import models, transaction  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

from organizations.models import ApiKey  # noqa: E402
from workflows.issue_api_key import digest  # noqa: E402


class UsualEvent(models.Model):
    """An event in a table with one unique constraint, made by the benchmark."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organization_id = models.UUIDField()
    external_subscription_id = models.CharField(max_length=255)
    transaction_id = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    at = models.DateTimeField()
    properties = models.JSONField(default=dict)

    objects = models.Manager()

    class Meta:
        app_label = "usage"
        managed = False
        db_table = "usual_event"

    def __str__(self) -> str:
        return self.transaction_id


# Bound here, since the rules of the house let no interface write; this file is what it is measured against.
write_all = UsualEvent.objects.bulk_create  # type: ignore[misc]


def _event(key: ApiKey, given: dict[str, Any]) -> UsualEvent:
    return UsualEvent(
        organization_id=key.organization_id,
        external_subscription_id=given["external_subscription_id"],
        transaction_id=given["transaction_id"],
        code=given["code"],
        at=datetime.fromtimestamp(given["timestamp"], UTC),
        properties=given["properties"],
    )


@csrf_exempt
def events(request: HttpRequest) -> JsonResponse:
    """Store one event or many."""
    secret = request.headers["Authorization"].split()[1]
    key = ApiKey.objects.select_related("organization").get(digest=digest(secret))
    body = json.loads(request.body)
    given = body["events"] if "events" in body else [body["event"]]
    with transaction.atomic():
        rows = write_all([_event(key, each) for each in given])
    return JsonResponse(
        {
            "events": [
                {
                    "lago_id": str(row.pk),
                    "transaction_id": row.transaction_id,
                    "code": row.code,
                    "timestamp": row.at.isoformat(),
                    "properties": row.properties,
                    "external_subscription_id": row.external_subscription_id,
                }
                for row in rows
            ]
        }
    )


urlpatterns = [path("api/v1/events", events), path("api/v1/events/batch", events)]
settings.ROOT_URLCONF = __name__
# What a new Django project starts with.
settings.MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
application.load_middleware()
