"""Addresses of payments."""

from django.urls import re_path

from payments.views import news

app_name = "payments"
urlpatterns = [
    re_path(
        r"^webhooks/(?P<kind>stripe|gocardless|adyen)/(?P<organization_id>[0-9a-f-]{36})$",
        news.hear,
        name="hear",
    ),
]
