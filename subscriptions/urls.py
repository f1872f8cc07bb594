"""Addresses of subscriptions."""

from django.urls import path

from subscriptions.views import changing, detail, ending, listing, starting, usage

app_name = "subscriptions"
ONE = "subscriptions/<uuid:pk>/"
CHARGE = f"{ONE}usage/<uuid:charge_id>/"
urlpatterns = [
    path("subscriptions/", listing.index, name="list"),
    path("customers/<uuid:customer_id>/subscriptions/new/", starting.create, name="create"),
    path(ONE, detail.detail, name="detail"),
    path(f"{ONE}edit/", changing.update, name="update"),
    path(f"{ONE}change-plan/", changing.change_plan, name="change_plan"),
    path(f"{ONE}end/", ending.end, name="end"),
    path(f"{ONE}usage/", usage.usage, name="usage"),
    path(CHARGE, usage.charge_usage, name="charge_usage"),
    path(f"{CHARGE}explain/", usage.explain_usage, name="explain_usage"),
]
