"""Run a function with arithmetic so wide that no sum, product or share of money is cut.

Eighty digits hold every product of two stored numbers, and every quotient that ends; a quotient that
never ends cannot lie halfway between two stored values, so rounding it later is rounding it once.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from billing.money import EXACT

P = ParamSpec("P")
R = TypeVar("R")


def exact(function: Callable[P, R]) -> Callable[P, R]:
    """Evaluate `function` in the `EXACT` decimal context."""

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return inner
