"""Views of lists that operators have named, to find them again."""

from __future__ import annotations

from typing import Self
from urllib.parse import parse_qsl

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Trim
from django.utils.translation import gettext_noop as noop

from organizations.models.operator import Operator
from organizations.models.organization import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class ViewRows(Rows["SavedView"]):
    """Saved views."""

    def seen_by(self, operator: Operator) -> Self:
        """Only an operator's own, and those that somebody shares with the organization."""
        return self.filter(Q(operator=operator) | Q(is_shared=True))


class SavedView(models.Model):
    """Search, filters, order and page size of a list under a name of an operator's choice."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    operator = models.ForeignKey(Operator, models.CASCADE, related_name="+")
    """Whose it is: they change it, and owners of the organization do if it is shared."""
    listing = models.CharField(max_length=60)
    """Name of the list: ``invoice-list``."""
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    """The list's own parameters as an address has them, without a prefix: ``payment=overdue&q=acme``."""
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ViewRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                "operator",
                "listing",
                Lower("name"),
                name="saved_view_is_one_per_name",
                violation_error_code="name.value_already_exist",
                violation_error_message=noop("You have a view of this name already."),
            ),
            models.CheckConstraint(
                name="saved_view_has_a_name",
                condition=Q(name=Trim("name")) & ~Q(name=""),
                violation_error_code="name.value_is_mandatory",
                violation_error_message=noop("A view needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def parameters(self) -> dict[str, str]:
        """What the list is asked for, by key."""
        return dict(parse_qsl(self.query))
