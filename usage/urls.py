"""Addresses of usage."""

from django.urls import path

from usage.views import events

app_name = "usage"
urlpatterns = [
    path("developers/events/", events.events, name="events"),
    path("developers/events/import/", events.import_events, name="import"),
]
