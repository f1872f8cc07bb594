"""The map of addresses: console, API, admin."""

from django.contrib import admin
from django.urls import include, path

from billing_admin.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
]
