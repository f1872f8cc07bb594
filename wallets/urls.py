"""Addresses of wallets, and of a customer's wallets."""

from django.urls import path

from wallets.views import moves, wallets

app_name = "wallets"
urlpatterns = [
    path("customers/<uuid:customer_id>/wallets/", wallets.of_customer, name="of_customer"),
    path("customers/<uuid:customer_id>/wallets/new/", wallets.create, name="create"),
    path("wallets/worth/", moves.worth, name="worth"),
    path("wallets/<uuid:pk>/", wallets.detail, name="detail"),
    path("wallets/<uuid:pk>/edit/", wallets.update, name="update"),
    path("wallets/<uuid:pk>/top-up/", moves.top_up, name="top_up"),
    path("wallets/<uuid:pk>/void/", moves.void, name="void"),
    path("wallets/<uuid:pk>/terminate/", wallets.terminate, name="terminate"),
]
