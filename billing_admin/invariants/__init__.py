"""What must be true of all data at every moment, asked of the database itself.

Each invariant is one statement in SQL, written apart from the code that keeps it, that returns the rows
which break it. Reads only. Amounts are in minor units.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db import connection, models

from billing_admin.invariants.invoicing import INVOICING, NOTES, NUMBERS, PERIODS
from billing_admin.invariants.means import MEANS
from billing_admin.invariants.statements import Breach, Invariant
from organizations.models import Organization

INVARIANTS = [*INVOICING, *NUMBERS, *PERIODS, *NOTES, *MEANS]


def tenancy() -> Iterator[Invariant]:
    """One invariant for each foreign key: a row and what it points to are of one organization."""
    ours = [model for model in apps.get_models() if _has_organization(model)]
    for model in ours:
        for field in model._meta.concrete_fields:
            target = field.related_model
            if field.name == "organization" or target not in ours:
                continue
            yield Invariant(
                f"{model._meta.label}.{field.name} stays within its organization.",
                target._meta.db_table,
                f"""
                SELECT other.{target._meta.pk.column}, 'a row of another organization points to it'
                FROM {model._meta.db_table} AS one
                JOIN {target._meta.db_table} AS other ON other.{target._meta.pk.column} = one.{field.column}
                WHERE other.organization_id <> one.organization_id
                """,
            )


def breaches(
    invariants: Sequence[Invariant] | None = None, *, organization_id: uuid.UUID | None = None
) -> Iterator[Breach]:
    """Ask each invariant, of one organization if it is given, and give what breaks it."""
    for invariant in invariants if invariants is not None else [*INVARIANTS, *tenancy()]:
        with connection.cursor() as cursor:
            statement, parameters = _asked(invariant, organization_id)
            cursor.execute(statement, parameters)
            for row, what in cursor.fetchall():
                yield Breach(invariant.sentence, str(row), str(what))


def _asked(invariant: Invariant, organization_id: uuid.UUID | None) -> tuple[str, list[str]]:
    if organization_id is None:
        return invariant.sql, []
    column = "id" if invariant.table == Organization._meta.db_table else "organization_id"
    statement = f"""
        SELECT broken.id, broken.what FROM ({invariant.sql}) AS broken (id, what)
        JOIN {invariant.table} AS owner ON owner.{_key_of(invariant.table)} = broken.id
        WHERE owner.{column} = %s
    """
    return statement, [str(organization_id)]


def _key_of(table: str) -> str:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    return str(model._meta.pk.column)


def _has_organization(model: type[models.Model]) -> bool:
    names = {field.name: field for field in model._meta.concrete_fields}
    found = names.get("organization")
    return found is not None and found.related_model is Organization
