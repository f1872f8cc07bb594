"""Addresses of the catalog: metrics, plans with their charges, add-ons, taxes."""

from django.urls import path

from catalog.views import add_ons, charges, filters, fixed_charges, metrics, plans, taxes

app_name = "catalog"
CHARGE = "plans/<uuid:pk>/charges/<uuid:charge_pk>/"
FIXED = "plans/<uuid:pk>/fixed-charges/"
urlpatterns = [
    path("metrics/", metrics.metric_list, name="metric_list"),
    path("metrics/new/", metrics.create, name="create_metric"),
    path("metrics/<uuid:pk>/", metrics.detail, name="metric"),
    path("metrics/<uuid:pk>/edit/", metrics.update, name="update_metric"),
    path("metrics/<uuid:pk>/delete/", metrics.delete, name="delete_metric"),
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/new/", plans.create, name="create_plan"),
    path("plans/<uuid:pk>/", plans.detail, name="plan"),
    path("plans/<uuid:pk>/edit/", plans.update, name="update_plan"),
    path("plans/<uuid:pk>/cost/", plans.cost, name="plan_cost"),
    path("plans/<uuid:pk>/delete/", plans.delete, name="delete_plan"),
    path("plans/<uuid:pk>/charges/new/", charges.create, name="create_charge"),
    path("plans/<uuid:pk>/charges/example/", charges.example, name="example"),
    path(CHARGE, charges.update, name="update_charge"),
    path(f"{CHARGE}delete/", charges.delete, name="delete_charge"),
    path(f"{CHARGE}filters/new/", filters.create, name="create_filter"),
    path(f"{CHARGE}filters/<uuid:filter_pk>/", filters.update, name="update_filter"),
    path(f"{CHARGE}filters/<uuid:filter_pk>/delete/", filters.delete, name="delete_filter"),
    path(f"{FIXED}new/", fixed_charges.create, name="create_fixed_charge"),
    path(f"{FIXED}<uuid:charge_pk>/", fixed_charges.update, name="update_fixed_charge"),
    path(f"{FIXED}<uuid:charge_pk>/delete/", fixed_charges.delete, name="delete_fixed_charge"),
    path("add-ons/", add_ons.add_on_list, name="add_on_list"),
    path("add-ons/new/", add_ons.create, name="create_add_on"),
    path("add-ons/<uuid:pk>/", add_ons.detail, name="add_on"),
    path("add-ons/<uuid:pk>/edit/", add_ons.update, name="update_add_on"),
    path("add-ons/<uuid:pk>/delete/", add_ons.delete, name="delete_add_on"),
    path("taxes/", taxes.tax_list, name="tax_list"),
    path("taxes/new/", taxes.create, name="create_tax"),
    path("taxes/<uuid:pk>/", taxes.detail, name="tax"),
    path("taxes/<uuid:pk>/edit/", taxes.update, name="update_tax"),
    path("taxes/<uuid:pk>/delete/", taxes.delete, name="delete_tax"),
]
