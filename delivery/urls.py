"""Addresses of documents, webhooks and keys."""

from django.urls import path

from delivery.views import documents

app_name = "delivery"

DOCUMENTS = {
    "invoice": "invoices",
    "credit_note": "credit-notes",
    "payment_receipt": "receipts",
}
urlpatterns = [
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
