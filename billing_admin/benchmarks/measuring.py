"""A database of its own, and how long things take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

Say = Callable[[str], None]


@contextmanager
def own_database() -> Iterator[None]:
    """Work in a new database, so that what is measured neither meets nor leaves any other rows."""
    connection.settings_dict["TEST"]["NAME"] = f"{connection.settings_dict['NAME']}_benchmark"
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def median_ms(work: Callable[[], Any], *, rounds: int = 9, warm_up: int = 2) -> float:
    """Return the median of several rounds in milliseconds, after some that do not count."""
    return statistics.median(times_ms(work, rounds=rounds, warm_up=warm_up))


def times_ms(work: Callable[[], Any], *, rounds: int, warm_up: int = 2) -> list[float]:
    """Return how many milliseconds each round took."""
    for _ in range(warm_up):
        work()
    return [seconds(work) * 1000 for _ in range(rounds)]


def seconds(work: Callable[[], Any]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def execute(
    sql: str, values: Sequence[Any] | Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def verdict(name: str, found: float, bar: float, stretch: float) -> str:
    """Say how a figure stands against its bar and the stretch."""
    word = "stretch reached" if found >= stretch else "bar reached" if found >= bar else "BELOW"
    return f"{name}: {found:,.1f} (bar {bar:,}, stretch {stretch:,}): {word}"
