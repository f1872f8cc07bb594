"""Finding rows by a part of a name or id, quickly among very many."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TypeVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Upper

TRIGRAM = 3
"""Letters from which an index of trigrams says which rows contain a term."""

_Row = TypeVar("_Row", bound=Model)


def contains(columns: str, term: str) -> Q:
    """Say that one of `columns`, separated by spaces, contains `term`, whatever its case."""
    return reduce(or_, (Q(**{f"{column}__icontains": term}) for column in columns.split()))


def found_by(rows: QuerySet[_Row], term: str, *ways: Q) -> QuerySet[_Row]:
    """Return the `rows` that `term` finds in one of several ways, each over another table.

    PostgreSQL looks at every row when the ways stand in one condition. From three letters each way is a query of
    its own, which an index answers; a shorter term finds so much that looking at every row is the quicker way.
    """
    if len(term) < TRIGRAM or len(ways) == 1:
        return rows.filter(reduce(or_, ways))
    first, *others = (rows.model._default_manager.filter(way).values("pk") for way in ways)
    return rows.filter(pk__in=first.union(*others))


def trigrams(name: str, columns: str) -> GinIndex:
    """Return an index that `contains` uses for these columns, separated by spaces."""
    return GinIndex(
        *(OpClass(Upper(one), name="gin_trgm_ops") for one in columns.split()), name=name
    )
