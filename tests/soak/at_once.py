"""Doing something many times at the same moment, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(number: int, do: Callable[[int], Result]) -> list[Result]:
    """Call `do(0)` to `do(number - 1)` in as many threads, let go together; return what each gave."""
    gate = Barrier(number)

    def once(index: int) -> Result:
        try:
            connection.ensure_connection()
            gate.wait(timeout=60)
            return do(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(once, range(number)))
