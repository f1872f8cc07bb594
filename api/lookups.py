"""Finding what a path names, or answering 404 in the contract's words."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from billing.errors import NotFound

Row = TypeVar("Row", bound=Model)


def find(rows: QuerySet[Row], resource: str, **lookup: Any) -> Row:
    """Return the row of `rows` that `lookup` names; raises NotFound(``resource``).

    An id that is no UUID names nothing.
    """
    try:
        row = rows.filter(**lookup).first()
    except (ValidationError, ValueError) as error:
        raise NotFound(resource) from error
    if row is None:
        raise NotFound(resource)
    return row
