"""Addresses of customers."""

from django.urls import path

from customers.views import deletion, detail, editing, importing, listing

app_name = "customers"
ONE = "customers/<uuid:pk>/"
urlpatterns = [
    path("customers/", listing.index, name="list"),
    path("customers/new/", editing.create, name="create"),
    path("customers/import/", importing.import_, name="import"),
    path(ONE, detail.detail, name="detail"),
    path(f"{ONE}edit/", editing.update, name="update"),
    path(f"{ONE}delete/", deletion.delete, name="delete"),
    path(f"{ONE}upcoming-invoice/", detail.upcoming_invoice, name="upcoming"),
    *(
        path(f"{ONE}{name.replace('_', '-')}/", detail.tab, {"name": name}, name=name)
        for name in detail.TABS
    ),
]
