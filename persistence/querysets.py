"""What every queryset of the product can do."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class Rows(models.QuerySet[_Row]):
    """Reads start at an organization: ``Customer.objects.of(organization)``."""

    def of(self, organization: Any) -> Self:
        """Only rows of this organization."""
        return self.filter(organization=organization)

    def locked(self) -> Self:
        """Lock the rows for this transaction, in the order of their keys."""
        return self.order_by("pk").select_for_update(of=("self",))


class KeptRows(Rows[_Row]):
    """Rows that are hidden rather than removed when they are deleted."""

    def kept(self) -> Self:
        """Only rows that are not deleted."""
        return self.filter(deleted_at=None)

    def deleted(self) -> Self:
        """Only rows that are deleted."""
        return self.exclude(deleted_at=None)
