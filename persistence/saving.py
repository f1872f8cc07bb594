"""Saving that lets the database judge: a broken constraint speaks in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import DataError, IntegrityError, models, transaction

from billing.errors import Invalid, Sentence

Model = TypeVar("Model", bound=models.Model)


def save_valid(row: Model, *, update_fields: Iterable[str] | None = None) -> Model:
    """Save `row` inside a savepoint and return it.

    A broken constraint raises Invalid with the constraint's own message; its `violation_error_code` has the
    form ``field.code`` (``external_id.value_already_exist``). A value that does not fit its column raises
    Invalid({"base": ["value_is_out_of_range"]}).
    """
    try:
        with transaction.atomic():
            row.save(update_fields=update_fields)
    except IntegrityError as error:
        raise _explained(row, error) from error
    except (DataError, ValueError) as error:
        raise _unfit() from error
    return row


def _unfit() -> Invalid:
    return Invalid({"base": ["value_is_out_of_range"]}, "A value is too long or too large.")


def _explained(row: models.Model, error: IntegrityError) -> Invalid | IntegrityError:
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    for constraint in row._meta.constraints:
        if constraint.name == name:
            where = constraint.violation_error_code or "base.value_is_invalid"
            named, _, code = where.partition(".")
            return Invalid({named: [code]}, str(constraint.violation_error_message))
    column = getattr(diagnosis, "column_name", None)
    if column:
        return Invalid(
            {column: ["value_is_mandatory"]}, Sentence("{column} is mandatory.", column=column)
        )
    for field in row._meta.fields:
        if field.unique and name and f"_{field.column}_" in name:
            return Invalid(
                {field.name: ["value_already_exist"]},
                Sentence("This {field} is taken.", field=field.verbose_name),
            )
    return error


def create_all(rows: Sequence[Model], *, batch_size: int | None = None) -> list[Model]:
    """Store new rows of one model with one statement; a broken constraint raises as in `save_valid`."""
    if not rows:
        return []
    try:
        with transaction.atomic():
            return type(rows[0])._base_manager.bulk_create(rows, batch_size=batch_size)
    except IntegrityError as error:
        raise _explained(rows[0], error) from error
    except DataError as error:
        raise _unfit() from error
