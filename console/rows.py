"""Rows of a form that notice when somebody else has changed them since they were opened."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from console.forms import CHOICE, THEIRS, Conflict, labels_of

SALT = "console.rows"
Row = dict[str, Any]


class EditRows(forms.BaseFormSet):
    """Rows told apart by the fields in `identity`; ask `kept` for what is to be stored.

    Give the stored rows as `initial`, on GET and on POST. A stamp carries what was shown; a row that has changed
    meanwhile and would be overwritten is refused once, with both versions and a choice between them (`conflicts`).
    Sending again without choosing overwrites it. A hidden field `id` names a stored row; `kept` drops it when there
    is no such row any more. Subclasses check the rows in `check`.
    """

    identity: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conflicts: list[Conflict] = []
        self._is_compared = False

    def _construct_form(self, i: int, **options: Any) -> Any:
        # A row that was added here is new, even if somebody else has just stored as many.
        if self.is_bound and i >= self.initial_form_count():
            options["initial"] = None
        return super()._construct_form(i, **options)  # type: ignore[misc]

    @property
    def stamp(self) -> str:
        """What the hidden stamp is called."""
        return f"{self.prefix}-seen"

    @property
    def seen(self) -> str:
        """The stamp: what was opened, and once it has been compared what is stored now."""
        posted = self.data.get(self.stamp) if self.is_bound else None
        if posted and not self._is_compared:
            return str(posted)
        return signing.dumps(self._texts(self._stored), salt=SALT)

    def clean(self) -> None:
        """Compare with what is stored, then check the rows."""
        if any(self.errors):
            return
        self._compare()
        self.check(self.kept())

    def check(self, rows: list[Row]) -> None:
        """Raise ValidationError for rows that cannot be stored together."""

    def kept(self) -> list[Row]:
        """Return the cleaned rows that remain: those typed, or somebody else's where they were chosen."""
        found = [row for row in self._typed() if not self._takes_theirs(row)]
        found += [row for row in self._stored if self._takes_theirs(row)]
        ids = {str(row["id"]) for row in self.initial or [] if row.get("id")}
        for row in found:
            if "id" in row:
                is_known = str(row["id"]) in ids
                ids.discard(str(row["id"]))
                row["id"] = row["id"] if is_known else None
        return found

    def _typed(self) -> list[Row]:
        rows = [dict(getattr(form, "cleaned_data", {})) for form in self.forms]
        first = self.identity[0]
        return [
            row for row in rows if row.get(first) not in (None, "", []) and not row.get("DELETE")
        ]

    @cached_property
    def _stored(self) -> list[Row]:
        """The stored rows, as they would be read if somebody typed them."""
        found = []
        for row in self.initial or []:
            form = self.form(row, **self.get_form_kwargs(None))
            found.append(form.cleaned_data if form.is_valid() else dict(row))
        return found

    def _compare(self) -> None:
        """Refuse rows that somebody else has changed, unless both come to the same."""
        try:
            seen = signing.loads(self.data.get(self.stamp, ""), salt=SALT)
        except signing.BadSignature:
            return
        typed, stored = self._by_key(self._typed()), self._by_key(self._stored)
        mine, theirs = self._texts(typed.values()), self._texts(stored.values())
        is_new = False
        for key in {**seen, **theirs, **mine}:
            before, choice = seen.get(key), self.data.get(self._choice(key))
            is_changed = before != theirs.get(key) and theirs.get(key) != mine.get(key)
            if not is_changed and not choice:
                continue
            is_new |= is_changed
            likely = choice == THEIRS if choice else mine.get(key) == before
            written = [self._written(rows.get(key)) for rows in (stored, typed)]
            self.conflicts.append(Conflict(self._choice(key), *written, is_untouched=likely))
        self._is_compared = is_new
        if is_new:
            raise forms.ValidationError(
                _(
                    "Somebody else has changed rows meanwhile. Choose what holds, or send again to overwrite."
                )
            )

    def _takes_theirs(self, row: Row) -> bool:
        return bool(self.data.get(self._choice(self._key(row))) == THEIRS)

    def _choice(self, key: str) -> str:
        return f"{self.prefix}-{key}{CHOICE}"

    def _key(self, row: Row) -> str:
        return " ".join(_text(row.get(name)) for name in self.identity).strip()

    def _by_key(self, rows: list[Row]) -> dict[str, Row]:
        return {self._key(row): row for row in rows}

    def _texts(self, rows: Any) -> dict[str, list[str]]:
        return {self._key(row): [_text(row.get(name)) for name in self._shown] for row in rows}

    @property
    def _shown(self) -> list[str]:
        fields = self.form.base_fields.items()
        return [name for name, field in fields if not field.widget.is_hidden]

    def _written(self, row: Row | None) -> str:
        """Write a row for people."""
        if row is None:
            return _("nothing")
        found = []
        for name in self._shown:
            field, value = self.form.base_fields[name], row.get(name)
            if isinstance(field, forms.BooleanField):
                found.append(str(field.label) if value else "")
            else:
                found.append(str(labels_of(field).get(_text(value), _text(value))))
        return " · ".join(one for one in found if one)


def _text(value: Any) -> str:
    """Return a value as text that is the same however it was typed."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None or value is False else str(value)
