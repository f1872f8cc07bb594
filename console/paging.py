"""Pages of a list that cost what their rows cost, however many match."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class RowsPaginator(Paginator):
    """Finds the ids of a page first, so that only its rows are joined and worked out of `every` row."""

    def __init__(self, matching: QuerySet[Any], size: int, every: QuerySet[Any]) -> None:
        super().__init__(matching, size)
        self.every = every

    def page(self, number: int | str) -> Page[Any]:
        """Return one page; a query when its rows are read."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        ids = self.object_list.values("pk")[start : start + self.per_page]
        if not self.count:
            return self._get_page(self.every.none(), number, self)
        rows = self.every.filter(pk__in=ids).order_by(*self.object_list.query.order_by)
        return self._get_page(rows, number, self)
