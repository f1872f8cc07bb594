"""Expressions that work out a property of an event from its others.

``event.properties.cpu * event.properties.hours``, ``round(event.properties.bytes / 1024, 2)``,
``concat(event.properties.region, '-', event.code)``. Arithmetic is exact up to 80 digits.
Source: docs/billing-policy.md, section "Expressions".
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, DecimalException

from simpleeval import InvalidExpression, SimpleEval

from billing.aggregation.events import Event
from billing.aggregation.values import number, text
from billing.errors import Invalid
from billing.exact import exact
from billing.money import ceil_to, floor_to, round_to

_LONGEST = 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_NODES = (
    ast.Expr,
    ast.BinOp,
    ast.UnaryOp,
    ast.Call,
    ast.Name,
    ast.Subscript,
    ast.Constant,
    ast.Load,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.USub,
    ast.UAdd,
)
# A property is named by a dot even where its name means something to Python (`from`, `class`), so
# the dots become look-ups before the text is parsed.
_NAMED = re.compile(
    r"""('[^']*'|"[^"]*")|\bevent\s*\.\s*(?:properties\s*\.\s*([A-Za-z_]\w*)|(timestamp|code)\b)"""
)


def check_expression(expression: str) -> None:
    """Raise Invalid (``invalid_expression``) unless `expression` can be read.

    Whether it has a value depends on the event.
    """
    _parse(expression)


@exact
def evaluate(expression: str, event: Event) -> Decimal | str:
    """Return the value of `expression` for `event`.

    Raises Invalid (``invalid_expression``) if it cannot be read, if a property is absent, or if
    one is not a number where a number is needed.
    """
    tree, source = _parse(expression)
    names = {
        "properties": event.properties,
        "event": {"timestamp": _seconds(event.at), "code": event.code},
    }
    try:
        value = _Evaluator(source, names).eval(source, previously_parsed=tree)
        return value if isinstance(value, str) else _number(value)
    except _FAILURES as error:
        raise _invalid("The expression has no value for this event.") from error


def with_expression(event: Event, expression: str | None, field_name: str | None) -> Event:
    """Return `event` with the value of `expression` as its property `field_name`."""
    if not expression or not field_name:
        return event
    value = _shown(evaluate(expression, event))
    return replace(event, properties={**event.properties, field_name: value})


class _Evaluator(SimpleEval):  # type: ignore[misc] # the library has no types
    """Evaluates with exact numbers, and with nothing but arithmetic and four functions."""

    def __init__(self, source: str, names: Mapping[str, Mapping[str, object]]) -> None:
        super().__init__(operators=_OPERATORS, functions=_FUNCTIONS, names=names)
        self.source = source

    def _eval_constant(self, node: ast.Constant) -> Decimal | str:
        """Read a number from the text, since the tree holds it in binary."""
        if isinstance(node.value, str):
            return node.value
        return _number(ast.get_source_segment(self.source, node))

    def _eval_subscript(self, node: ast.Subscript) -> object:
        """Look a property of the event up; an empty one has no value."""
        found = super()._eval_subscript(node)
        if found is None:
            raise InvalidExpression("a property is empty")
        return found


def _parse(expression: str) -> tuple[ast.Expr, str]:
    """Return the tree of an expression, and the text that it was read from."""
    source = _NAMED.sub(_looked_up, expression).strip()
    try:
        if len(expression) > _LONGEST or "[" in _NAMED.sub("", expression):
            raise ValueError("not an expression")
        body = ast.parse(source).body
        if len(body) != 1 or not isinstance(body[0], ast.Expr):
            raise ValueError("not one expression")
        _check_nodes(list(ast.walk(body[0])))
        return body[0], source
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _invalid("The expression cannot be read.") from error


def _looked_up(match: re.Match[str]) -> str:
    string, name, attribute = match.groups()
    if string is not None:
        return str(string)
    return f'properties["{name}"]' if name else f'event["{attribute}"]'


def _check_nodes(nodes: Sequence[ast.AST]) -> None:
    """Raise ValueError for anything but arithmetic, look-ups and calls of the four functions."""
    called: list[ast.AST] = [node.func for node in nodes if isinstance(node, ast.Call)]
    asked: list[ast.AST] = [node.value for node in nodes if isinstance(node, ast.Subscript)]
    for node in nodes:
        if not isinstance(node, _NODES) or (isinstance(node, ast.Call) and node.keywords):
            raise ValueError(f"{type(node).__name__} is not part of an expression")
        if isinstance(node, ast.Name) and node not in (called if node.id in _FUNCTIONS else asked):
            raise ValueError(f"{node.id} is not defined")
    if not all(isinstance(node, ast.Name) for node in called):
        raise ValueError("not a function of expressions")


def _invalid(message: str) -> Invalid:
    return Invalid({"expression": ["invalid_expression"]}, message)


def _seconds(at: datetime) -> Decimal:
    """Return a moment as seconds since 1970."""
    return Decimal((at - _EPOCH) // (_SECOND / 10**6)) / 10**6


def _number(value: object) -> Decimal:
    found = value if isinstance(value, Decimal) else number(value)
    if found is None:
        raise ValueError(f"{value} is not a number")
    return found


def _shown(value: object) -> str:
    """Return a value as text, a number without idle zeros."""
    if not isinstance(value, Decimal):
        return text(value) or ""
    shown = format(value, "f")
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) or "0"


def _with_numbers(function: Callable[..., Decimal]) -> Callable[..., Decimal]:
    def inner(*values: object) -> Decimal:
        return function(*(_number(value) for value in values))

    return inner


def _to_places(function: Callable[[Decimal, int], Decimal]) -> Callable[..., Decimal]:
    def inner(value: object, places: object = Decimal(0)) -> Decimal:
        return function(_number(value), int(_number(places)))

    return inner


def _concat(*values: object) -> str:
    return "".join(_shown(value) for value in values)


_OPERATORS = {
    ast.Add: _with_numbers(operator.add),
    ast.Sub: _with_numbers(operator.sub),
    ast.Mult: _with_numbers(operator.mul),
    ast.Div: _with_numbers(operator.truediv),
    ast.USub: _with_numbers(operator.neg),
    ast.UAdd: _with_numbers(operator.pos),
}
_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "concat": _concat,
    "round": _to_places(round_to),
    "ceil": _to_places(ceil_to),
    "floor": _to_places(floor_to),
}
_FAILURES = (
    InvalidExpression,
    DecimalException,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)
