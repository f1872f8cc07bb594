"""Addresses of documents, webhooks and keys."""

from django.urls import path

from delivery.views import deliveries, documents, endpoints, keys, requests

app_name = "delivery"

DOCUMENTS = {
    "invoice": "invoices",
    "credit_note": "credit-notes",
    "payment_receipt": "receipts",
}
urlpatterns = [
    path("developers/", keys.keys, name="keys"),
    path("developers/keys/new/", keys.create_key, name="create_key"),
    path("developers/keys/<uuid:pk>/revoke/", keys.revoke_key, name="revoke_key"),
    path("developers/webhooks/", endpoints.endpoints, name="endpoints"),
    path("developers/webhooks/new/", endpoints.create_endpoint, name="create_endpoint"),
    path("developers/webhooks/<uuid:pk>/edit/", endpoints.update_endpoint, name="update_endpoint"),
    path(
        "developers/webhooks/<uuid:pk>/delete/", endpoints.delete_endpoint, name="delete_endpoint"
    ),
    path("developers/deliveries/", deliveries.deliveries, name="deliveries"),
    path("developers/deliveries/<uuid:pk>/", deliveries.delivery, name="delivery"),
    path("developers/deliveries/<uuid:pk>/resend/", deliveries.resend, name="resend"),
    path("developers/requests/", requests.requests, name="requests"),
    path("developers/requests/<uuid:pk>/", requests.request_detail, name="request"),
    path("documents/<str:token>", documents.signed, name="document"),
    *(
        path(f"{folder}/<uuid:pk>/pdf/", documents.pdf, {"kind": kind}, name=f"{kind}_pdf")
        for kind, folder in DOCUMENTS.items()
    ),
    *(
        path(f"{folder}/<uuid:pk>/email/", documents.email, {"kind": kind}, name=f"{kind}_email")
        for kind, folder in DOCUMENTS.items()
    ),
]
