"""Import customers from a table, row by row, with a report; or only say what an import would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from billing.errors import DomainError, Invalid, Sentence
from customers.models import Customer
from customers.operations.writing import COLUMNS
from organizations.models import Organization
from workflows.upsert_customer import upsert_customer

NUMBERS = ("net_payment_term", "invoice_grace_period")
METADATA = "metadata."
MOST_ROWS = 10_000
KNOWN = frozenset(COLUMNS) | {"tax_codes"}


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What became of a row: `outcome` is created, updated or refused; `errors` says why, by column."""

    line: int
    external_id: str
    name: str
    outcome: str
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All rows of an import, in their order; nothing was kept if it `is_dry_run`."""

    rows: tuple[ImportedRow, ...]
    is_dry_run: bool

    def count(self, outcome: str) -> int:
        """Return how many rows had this outcome."""
        return sum(row.outcome == outcome for row in self.rows)


class _TakeBack(Exception):
    """Leaves the savepoint of a dry run."""


def import_customers(
    organization: Organization,
    rows: Sequence[Mapping[str, str]],
    *,
    actor: Actor,
    at: datetime,
    is_dry_run: bool = False,
) -> ImportReport:
    """Create or change one customer a row and return the report; a row that is refused changes nothing.

    Columns are those of a customer, `tax_codes` (apart by semicolons) and ``metadata.KEY``; an empty cell is left as
    it is. A dry run does the very same in a savepoint and takes it back. Raises Invalid (``file``) for unknown
    columns, no rows, or too many.
    """
    _check(rows)
    report: list[ImportedRow] = []
    try:
        with transaction.atomic():
            # The header is the first line of the file.
            for line, row in enumerate(rows, start=2):
                report.append(_import(organization, line, row, actor=actor, at=at))
            if is_dry_run:
                raise _TakeBack
    except _TakeBack:
        pass
    return ImportReport(tuple(report), is_dry_run)


def _check(rows: Sequence[Mapping[str, str]]) -> None:
    if not rows:
        raise Invalid({"file": ["value_is_mandatory"]}, "The file has no rows.")
    if len(rows) > MOST_ROWS:
        raise Invalid(
            {"file": ["value_is_out_of_range"]},
            Sentence("Import {most} rows at a time.", most=MOST_ROWS),
        )
    columns = [name for name in rows[0] if name is not None]
    unknown = [name for name in columns if name not in KNOWN and not name.startswith(METADATA)]
    if unknown:
        named = ", ".join(unknown[:5])
        raise Invalid(
            {"file": ["value_is_invalid"]},
            Sentence("There are no such columns: {named}.", named=named),
        )
    if "external_id" not in columns:
        raise Invalid({"file": ["value_is_mandatory"]}, "The column external_id is missing.")


def _import(
    organization: Organization, line: int, row: Mapping[str, Any], *, actor: Actor, at: datetime
) -> ImportedRow:
    external_id = (row.get("external_id") or "").strip()
    name = (row.get("name") or "").strip()
    kept = Customer.objects.of(organization).kept().filter(external_id=external_id)
    outcome = "updated" if kept.exists() else "created"
    try:
        values = _values(row)
        upsert_customer(organization, values, actor=actor, at=at)
    except Invalid as refusal:
        errors = tuple((field, code) for field, codes in refusal.errors.items() for code in codes)
        return ImportedRow(line, external_id, name, "refused", errors)
    except DomainError as refusal:
        return ImportedRow(line, external_id, name, "refused", (("base", refusal.code),))
    return ImportedRow(line, external_id, name, outcome)


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells that say something, as the values of a customer."""
    if None in row:
        raise Invalid({"base": ["value_is_invalid"]}, "The row has more cells than the header.")
    cells = {name: cell.strip() for name, cell in row.items() if cell and cell.strip()}
    values: dict[str, Any] = {name: cell for name, cell in cells.items() if name in COLUMNS}
    for name in NUMBERS:
        if name in values:
            values[name] = _number(name, values[name])
    if "tax_codes" in cells:
        values["tax_codes"] = _codes(cells["tax_codes"].split(";"))
    metadata = [
        {"key": name.removeprefix(METADATA), "value": cell}
        for name, cell in cells.items()
        if name.startswith(METADATA)
    ]
    return values | ({"metadata": metadata} if metadata else {})


def _number(name: str, cell: str) -> int:
    try:
        return int(cell)
    except ValueError as error:
        raise Invalid({name: ["value_is_invalid"]}, "That is no whole number.") from error


def _codes(cells: Iterable[str]) -> list[str]:
    return [code.strip() for code in cells if code.strip()]
