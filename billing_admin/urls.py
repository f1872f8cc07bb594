"""The map of addresses: console, API, admin."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from billing_admin.health import healthz
from customers.api.portal import portal

handler500 = "console.views.errors.failed"

PAGES = (
    "console",
    "customers",
    "subscriptions",
    "invoices",
    "payments",
    "usage",
    "coupons",
    "wallets",
    "catalog",
    "delivery",
    "activity",
    "organizations",
)
"""Whose addresses begin at the root; an app without `urls` has none."""

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
    path("portal/<str:token>", portal, name="portal"),
    *(path("", include(f"{app}.urls")) for app in PAGES if find_spec(f"{app}.urls")),
]
