"""Addresses of payments, payment providers and dunning."""

from django.urls import path, re_path

from payments.views import connections, dunning, news, of_customer, payments, refunds

CUSTOMER = "customers/<uuid:customer_id>/"
PROVIDERS = "settings/payment-providers/"

app_name = "payments"
urlpatterns = [
    path("payments/", payments.payment_list, name="list"),
    path("payments/<uuid:pk>/", payments.detail, name="detail"),
    path("invoices/<uuid:invoice_id>/payments/new/", payments.record, name="record"),
    path("invoices/<uuid:invoice_id>/collect/", payments.collect, name="collect"),
    path("credit-notes/<uuid:note_id>/refund/retry/", refunds.retry, name="retry_refund"),
    path(f"{CUSTOMER}payments/", of_customer.of_customer, name="of_customer"),
    path(f"{CUSTOMER}payments/request/", of_customer.ask, name="ask"),
    path(
        f"{CUSTOMER}payment-methods/<uuid:pk>/default/",
        of_customer.choose_method,
        name="choose_method",
    ),
    path(
        f"{CUSTOMER}payment-methods/<uuid:pk>/forget/",
        of_customer.forget_method,
        name="forget_method",
    ),
    path(PROVIDERS, connections.connection_list, name="connections"),
    path(f"{PROVIDERS}new/", connections.create, name="connect"),
    path(f"{PROVIDERS}<uuid:pk>/edit/", connections.update, name="edit_connection"),
    path(f"{PROVIDERS}<uuid:pk>/delete/", connections.delete, name="disconnect"),
    path("settings/dunning/", dunning.campaign_list, name="campaigns"),
    path("settings/dunning/new/", dunning.create, name="create_campaign"),
    path("settings/dunning/<uuid:pk>/edit/", dunning.update, name="edit_campaign"),
    path("settings/dunning/<uuid:pk>/delete/", dunning.delete, name="delete_campaign"),
    re_path(
        r"^webhooks/(?P<kind>stripe|gocardless|adyen)/(?P<organization_id>[0-9a-f-]{36})$",
        news.hear,
        name="hear",
    ),
]
