"""Pages of a list: page from 1, per_page 100 unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

PER_PAGE = 100
MOST_PER_PAGE = 1000
LAST_PAGE = 10**9


def paged(
    request: HttpRequest,
    root: str,
    rows: QuerySet,
    shape: Callable[[Any], Any] | None = None,
    *,
    shape_all: Callable[[Sequence[Any]], list[Any]] | None = None,
) -> JsonResponse:
    """Return one page of `rows`, which are in a total order, with `meta`.

    `shape` makes one object; `shape_all` makes those of the whole page, where that saves queries.
    """
    page = _number(request.GET.get("page"), 1, LAST_PAGE)
    size = _number(request.GET.get("per_page"), PER_PAGE, MOST_PER_PAGE)
    total = rows.count()
    start = (page - 1) * size
    found = list(rows[start : start + size]) if start < total else []
    objects = shape_all(found) if shape_all else [shape(row) for row in found] if shape else found
    return JsonResponse({root: objects, "meta": meta(page, size, total)})


def meta(page: int, size: int, total: int) -> dict[str, int | None]:
    """Say where page `page` stands; nothing at all is page 0 of 0."""
    pages = -(-total // size)
    return {
        "current_page": page if total else 0,
        "next_page": page + 1 if page < pages else None,
        "prev_page": page - 1 if 1 < page <= pages + 1 else None,
        "total_pages": pages,
        "total_count": total,
    }


def _number(text: str | None, default: int, most: int) -> int:
    """Read a positive number; anything else is the default."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 15:
        return default
    return min(int(text), most) or default
