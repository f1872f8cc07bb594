"""Taking values into a row's columns, and saying what is wrong with them before the database does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from billing.errors import Invalid

CODES = {
    "null": "value_is_mandatory",
    "blank": "value_is_mandatory",
    "max_length": "value_is_too_long",
    "min_value": "value_is_out_of_range",
    "max_value": "value_is_out_of_range",
    "max_whole_digits": "value_is_out_of_range",
}
# The database rounds a fraction to its column's decimals.
NO_FAULTS = frozenset({"max_decimal_places", "max_digits"})


def assign(row: models.Model, values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Set those columns of `row` that stand both in `names` and in `values`.

    Text is trimmed; blank text clears a column that may be null; null gives any other column its default.
    """
    for name in names:
        if name in values:
            setattr(row, name, _taken(row._meta.get_field(name), values[name]))


def faults(row: models.Model, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the codes of what is wrong with these columns of `row`; asks the database nothing."""
    others = {field.name for field in row._meta.fields} - set(names)
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        found = {
            name: [
                CODES.get(str(one.code), "value_is_invalid")
                for one in errors
                if one.code not in NO_FAULTS
            ]
            for name, errors in error.error_dict.items()
        }
        return {name: list(dict.fromkeys(codes)) for name, codes in found.items() if codes}
    return {}


def check(row: models.Model, names: Iterable[str], *more: Mapping[str, list[str]]) -> None:
    """Raise Invalid with the faults of these columns and with `more` that were found elsewhere."""
    refuse(faults(row, names), *more)


def refuse(*found: Mapping[str, list[str]], message: str = "") -> None:
    """Raise Invalid with everything that was found, if anything was."""
    errors: dict[str, list[str]] = {}
    for some in found:
        for field, codes in some.items():
            errors.setdefault(field, []).extend(code for code in codes if code not in errors[field])
    if errors:
        raise Invalid(errors, message)


def _taken(field: Any, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if value == "" and field.null:
        return None
    if value is None and not field.null and field.has_default():
        return field.get_default()
    return value
