"""Expressions over the properties of an event."""

from decimal import Decimal

import pytest

from billing.aggregation import Event
from billing.errors import Invalid
from billing.expressions import check_expression, evaluate, with_expression
from tests.billing.given import utc

EVENT = Event(
    utc("2024-03-01 00:00:00.250"),
    {"cpu": "4", "hours": 2.5, "region": "eu", "from": 3, "items": "7", "empty": None},
    code="vm",
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("event.properties.cpu * event.properties.hours", Decimal("10.0")),
        ("1 + 2 * (3 - 4) / -5", Decimal("1.4")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("0.1234567890123456789012345 * 1", Decimal("0.1234567890123456789012345")),
        ("round(event.properties.cpu / 3, 2)", Decimal("1.33")),
        ("round(2.5)", Decimal(3)),
        ("round(155, -1)", Decimal(160)),
        ("ceil(1.2)", Decimal(2)),
        ("floor(-1.2)", Decimal(-2)),
        ("ceil(1.234, 2)", Decimal("1.24")),
        ("concat(event.properties.region, '-', event.code, \"-\", 1.50)", "eu-vm-1.5"),
        ("concat('event.properties.cpu')", "event.properties.cpu"),
        ("event.timestamp", Decimal("1709251200.25")),
        ("event.code", "vm"),
        ("event.properties.from + event.properties.items", Decimal(10)),
        ("  event . properties . cpu ", "4"),
    ],
)
def test_an_expression_has_a_value(expression, expected):
    assert evaluate(expression, EVENT) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1 +",
        "1; 2",
        "x = 1",
        "x",
        "event",
        "event.customer",
        "event.properties",
        "event.properties['cpu']",
        "properties['cpu']",
        "__import__('os')",
        "event.properties.cpu.__class__",
        "max(1, 2)",
        "round(1, digits=2)",
        "2 ** 9",
        "1 if 2 else 3",
        "[1, 2]",
        "1 < 2",
        "lambda: 1",
        "f'{1}'",
        "(" * 500 + "1" + ")" * 500,
        "1 + " * 1000 + "1",
        "\0",
    ],
)
def test_an_expression_that_cannot_be_read_is_refused(expression):
    with pytest.raises(Invalid) as refused:
        check_expression(expression)

    assert refused.value.errors == {"expression": ["invalid_expression"]}


@pytest.mark.parametrize(
    "expression",
    [
        "event.properties.absent",
        "event.properties.empty + 1",
        "event.properties.region * 2",
        "'a' * 3",
        "1 / 0",
        "0 / 0",
        "round(1, 2, 3)",
        "round()",
        "1e400",
        "round(1, 100000000000)",
        "True + 1",
        "-" * 900 + "'a'",
    ],
)
def test_an_expression_without_a_value_is_refused(expression):
    with pytest.raises(Invalid) as refused:
        evaluate(expression, EVENT)

    assert refused.value.errors == {"expression": ["invalid_expression"]}


def test_the_value_becomes_a_property_of_the_event():
    changed = with_expression(EVENT, "event.properties.cpu * 2.50", "total")

    assert changed.properties["total"] == "10"
    assert changed.properties["cpu"] == "4"
    assert "total" not in EVENT.properties


def test_without_an_expression_the_event_stays_as_it_is():
    assert with_expression(EVENT, None, "total") is EVENT
