"""Lists whose search, filters, sort, page and size all live in the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.addresses import typed
from console.bulk import Bulk
from console.paging import RowsPaginator
from console.saved_views import VIEW, SavedViews, saved_views

Rows = QuerySet[Any]
SIZES = (20, 50, 100)


@dataclass(frozen=True)
class Column:
    """One column. `order` are the fields it sorts by; without them its head is plain text."""

    key: str
    label: str
    order: tuple[str, ...] = ()
    is_number: bool = False
    is_hidden: bool = False
    """The label is for screen readers only (a column of buttons)."""


@dataclass(frozen=True)
class Filter:
    """One choice above a list: `choices` as in a form, `narrow(rows, value)` applies one."""

    key: str
    label: str
    choices: Sequence[tuple[str, str]]
    narrow: Callable[[Rows, str], Rows]

    def written(self, value: str) -> str:
        """Return the label of a chosen value; empty when there is no such choice."""
        return next((str(label) for key, label in self.choices if key == value), "")


@dataclass(frozen=True)
class Head:
    """The head of a column as the template shows it."""

    label: str
    is_number: bool
    is_hidden: bool
    url: str = ""
    direction: str = ""
    """``ascending``, ``descending`` or nothing."""


@dataclass(frozen=True)
class Chip:
    """An applied filter with the address that removes it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class Choice:
    """A filter as the template shows it."""

    filter: Filter
    value: str


def backwards(order: Iterable[str]) -> list[str]:
    """Turn each field of an order round."""
    return [field[1:] if field.startswith("-") else f"-{field}" for field in order]


class Listing:
    """A table of rows as the address asks for it. Costs three queries: a count, a page, the saved views.

    `name` is the id of the element that htmx replaces; `default` a column's key, with ``-`` for
    downwards; `search(rows, term)` narrows to what the term finds. `prefix` tells two lists of one
    page apart.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: Rows,
        *,
        name: str,
        columns: Sequence[Column],
        default: str,
        search: Callable[[Rows, str], Rows] | None = None,
        filters: Sequence[Filter] = (),
        prefix: str = "",
        can_export: bool = False,
        bulk: Bulk | None = None,
    ) -> None:
        self.request, self.every, self.name, self.columns = request, rows, name, columns
        self.default, self._search, self._filters = default, search, filters
        self.prefix, self.can_export, self.bulk = prefix, can_export, bulk
        self.is_searchable = search is not None

    def _read(self, key: str) -> str:
        return typed(self.request, self.prefix + key)

    def url(self, **changes: object) -> str:
        """Return the address of this list with some of its parameters changed or (None) removed."""
        query = self.request.GET.copy()
        for key, value in changes.items():
            query.pop(self.prefix + key, None)
            if value is not None:
                query[self.prefix + key] = str(value)
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def url_with(self, parameters: Mapping[str, str], **more: object) -> str:
        """Return the address of the first page of this list with these own parameters and no others."""
        cleared: dict[str, object] = dict.fromkeys([*self._keys, VIEW, "page"])
        return self.url(**{**cleared, **self.own_part(parameters), **more})

    def own_part(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Return those of `parameters` that this list knows."""
        return {key: value for key, value in parameters.items() if key in self._keys}

    @property
    def _keys(self) -> list[str]:
        return ["q", *(one.key for one in self._filters), "sort", "size"]

    @property
    def state(self) -> dict[str, str]:
        """What the list is asked for beyond what it shows by itself, by key: what a view keeps."""
        key, is_downwards = self.sort
        sort = f"-{key}" if is_downwards else key
        found = {"q": self.term, **{one.filter.key: one.value for one in self.choices}}
        found["sort"] = "" if sort == self.default else sort
        found["size"] = "" if self.size == SIZES[0] else str(self.size)
        return {key: value for key, value in found.items() if value}

    @property
    def asked_view(self) -> str:
        """The id of the view that the list was opened with; empty without one."""
        return self._read(VIEW)

    @cached_property
    def views(self) -> SavedViews | None:
        """The views that operators have saved of this list; one query."""
        return saved_views(self)

    @property
    def path(self) -> str:
        """The address without its query."""
        return self.request.path

    @property
    def term(self) -> str:
        """What is searched for; empty when there is no search."""
        return self._read("q")[:255] if self.is_searchable else ""

    @property
    def wants_export(self) -> bool:
        """The address asks for a file of all matching rows instead of a page."""
        return self.can_export and self._read("export") == "csv"

    @cached_property
    def choices(self) -> list[Choice]:
        """The filters, each with its chosen value."""
        found = []
        for one in self._filters:
            value = self._read(one.key)
            found.append(Choice(one, value if one.written(value) else ""))
        return found

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """The key of the column sorted by, and whether downwards."""
        asked = self._read("sort") or self.default
        key = asked.removeprefix("-")
        if not any(column.key == key and column.order for column in self.columns):
            asked = self.default
        return asked.removeprefix("-"), asked.startswith("-")

    @cached_property
    def matching(self) -> Rows:
        """All rows that match, in order: for a file, or for a count."""
        rows = self.every
        for choice in self.choices:
            if choice.value:
                rows = choice.filter.narrow(rows, choice.value)
        if self.term and self._search:
            rows = self._search(rows, self.term)
        key, is_downwards = self.sort
        order: Sequence[str] = next(
            (column.order for column in self.columns if column.key == key), ()
        )
        # Made later comes first when an order is turned round, as the indexes of the newest rows have it.
        return rows.order_by(*(backwards([*order, "pk"]) if is_downwards else [*order, "pk"]))

    @property
    def size(self) -> int:
        """How many rows a page has."""
        asked = self._read("size")
        return int(asked) if asked.isdecimal() and int(asked) in SIZES else SIZES[0]

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for; the nearest one when there is none of that number."""
        return RowsPaginator(self.matching, self.size, self.every).get_page(self._read("page") or 1)

    @property
    def rows(self) -> Sequence[Any]:
        """The rows of this page."""
        return self.page.object_list

    @property
    def total(self) -> int:
        """How many rows match."""
        return self.page.paginator.count

    @property
    def pages(self) -> list[tuple[str, str, bool]]:
        """Numbers of pages with their addresses; an empty address stands for a gap."""
        paginator = self.page.paginator
        numbers = paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        gap = str(Paginator.ELLIPSIS)
        return [
            (str(n), "" if str(n) == gap else self.url(page=n), n == self.page.number)
            for n in numbers
        ]

    @property
    def previous_url(self) -> str:
        """Address of the page before; empty on the first."""
        return self.url(page=self.page.number - 1) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        """Address of the page after; empty on the last."""
        return self.url(page=self.page.number + 1) if self.page.has_next() else ""

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        """Page sizes with their addresses."""
        return [(size, self.url(size=size, page=None), size == self.size) for size in SIZES]

    @property
    def heads(self) -> list[Head]:
        """Heads of the columns, with the address that sorts by each."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        if not column.order:
            return Head(column.label, column.is_number, column.is_hidden)
        key, is_downwards = self.sort
        direction = ""
        asked = f"-{column.key}" if column.is_number and key != column.key else column.key
        if key == column.key:
            direction = "descending" if is_downwards else "ascending"
            asked = column.key if is_downwards else f"-{column.key}"
        url = self.url(sort=asked, page=None)
        return Head(column.label, column.is_number, column.is_hidden, url, direction)

    @property
    def chips(self) -> list[Chip]:
        """What narrows the list, each with the address that removes it."""
        found = [
            Chip(one.filter.label, one.filter.written(one.value), self._without(one.filter.key))
            for one in self.choices
            if one.value
        ]
        if self.term:
            found.insert(0, Chip(str(_("Search")), self.term, self._without("q")))
        return found

    def _without(self, key: str) -> str:
        return self.url(**{key: None, "page": None})

    @property
    def cleared_url(self) -> str:
        """Address without any search or filter."""
        keys = ["q", "page", *(one.key for one in self._filters)]
        return self.url(**dict.fromkeys(keys))

    @property
    def export_url(self) -> str:
        """Address of the file with all matching rows."""
        return self.url(export="csv", page=None)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Parameters that the search form carries along."""
        own = {self.prefix + key for key in ["q", "page", *(one.key for one in self._filters)]}
        return [(key, value) for key, value in self.request.GET.items() if key not in own]
