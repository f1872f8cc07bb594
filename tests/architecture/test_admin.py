"""The admin of support staff changes nothing but by operations."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import admin
from django.db.models import Model

from console.admin import OperationsAdmin
from customers.models import Customer
from tests.architecture.sources import PACKAGES


def that_write(registry: Mapping[type[Model], admin.ModelAdmin]) -> list[str]:
    """Name our models whose admin is one of Django's own, which saves and deletes."""
    return [
        model._meta.label
        for model, its_admin in registry.items()
        if model._meta.app_label in PACKAGES and not isinstance(its_admin, OperationsAdmin)
    ]


def test_each_admin_goes_through_operations() -> None:
    assert that_write(admin.site._registry) == []


def test_a_planted_admin_that_writes_is_found() -> None:
    planted = admin.AdminSite()
    planted.register(Customer)

    assert that_write(planted._registry) == ["customers.Customer"]
