"""Addresses of coupons, and of a customer's coupons."""

from django.urls import path

from coupons.views import applied, coupons

app_name = "coupons"
urlpatterns = [
    path("coupons/", coupons.coupon_list, name="list"),
    path("coupons/new/", coupons.create, name="create"),
    path("coupons/<uuid:pk>/", coupons.detail, name="detail"),
    path("coupons/<uuid:pk>/edit/", coupons.update, name="update"),
    path("coupons/<uuid:pk>/terminate/", coupons.terminate, name="terminate"),
    path("coupons/<uuid:pk>/delete/", coupons.delete, name="delete"),
    path("customers/<uuid:customer_id>/coupons/", applied.of_customer, name="of_customer"),
    path("customers/<uuid:customer_id>/coupons/apply/", applied.apply, name="apply"),
    path("customers/<uuid:customer_id>/coupons/<uuid:pk>/remove/", applied.remove, name="remove"),
]
