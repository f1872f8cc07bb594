"""Lists that show what was deleted when the address asks for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.listing import Filter

STATUS, DELETED = "status", "deleted"


def kept_or_deleted(request: HttpRequest, rows: Any) -> Any:
    """Return the rows that are not deleted, or those that are when the address asks for them."""
    return rows.deleted() if request.GET.get(STATUS) == DELETED else rows.kept()


DELETION = Filter(STATUS, _("Status"), [(DELETED, _("Deleted"))], lambda rows, value: rows)
"""The filter for a list of `kept_or_deleted` rows that has no other status."""
