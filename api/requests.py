"""What a request of the API knows once it has passed the gate."""

from datetime import datetime

from django.http import HttpRequest

from activity.actors import Actor
from organizations.models import Organization


class ApiRequest(HttpRequest):
    """A signed-in request: whose it is, who acts, and at what moment."""

    id: str
    organization: Organization
    actor: Actor
    at: datetime
