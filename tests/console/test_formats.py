"""Money, units, days and moments as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from billing.money import Money
from console import charts, formats

AT = datetime(2013, 2, 20, 17, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cents", "currency", "written"),
    [
        (573232, "EUR", "€5,732.32"),
        (-573232, "USD", "-$5,732.32"),
        (0, "GBP", "£0.00"),
        (5, "JPY", "¥5"),
        (1234567, "KWD", "KWD\xa01,234.567"),
        (100, "CHF", "CHF\xa01.00"),
        (123456789012345678, "USD", "$1,234,567,890,123,456.78"),
    ],
)
def test_money_is_written_in_its_currency(cents: int, currency: str, written: str) -> None:
    assert formats.money(cents, currency) == written


def test_prices_and_units_keep_their_decimals() -> None:
    assert formats.price(Decimal("0.0025"), "USD") == "$0.0025"
    assert formats.price(Decimal("2.500000000000000"), "EUR") == "€2.50"
    assert formats.units(Decimal("8412906.500000000000000")) == "8,412,906.5"
    assert formats.units(Decimal("123456789.123456789012")) == "123,456,789.123456789012"
    assert formats.rate(Decimal("8.8750000000")) == "8.875%"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["-€5,732.32", "CHF\xa00.0025", "1,234.5", "19%", "20 Feb 2013", "Wed 20 Feb 2013"]),
        (
            "de",
            [
                "-5.732,32\xa0€",
                "0,0025\xa0CHF",
                "1.234,5",
                "19\xa0%",
                "20.02.2013",
                "Mi. 20.02.2013",
            ],
        ),
        (
            "fr",
            [
                "-5\u202f732,32\xa0€",
                "0,0025\xa0CHF",
                "1\u202f234,5",
                "19\xa0%",
                "20 févr. 2013",
                "mer. 20 févr. 2013",
            ],
        ),
        (
            "es",
            [
                "-5.732,32\xa0€",
                "0,0025\xa0CHF",
                "1.234,5",
                "19\xa0%",
                "20 feb 2013",
                "mié 20 feb 2013",
            ],
        ),
    ],
)
def test_each_language_writes_figures_and_days_its_own_way(
    language: str, written: list[str]
) -> None:
    with translation.override(language):
        said = [
            formats.money(-573232, "EUR"),
            formats.price(Decimal("0.0025"), "CHF"),
            formats.units(Decimal("1234.5")),
            formats.rate(Decimal(19)),
            formats.day(date(2013, 2, 20)),
        ]
        exact = formats.exactly(AT, formats.UTC)

    assert said == written[:-1]
    assert exact == f"UTC: {written[-1]}, 17:05:09 (UTC+00:00)"


def test_moments_are_written_in_a_zone_and_read_in_the_others() -> None:
    assert formats.moment(AT, "America/New_York") == "20 Feb 2013, 12:05"
    assert formats.day_of(datetime(2013, 2, 1, 3, tzinfo=UTC), "America/New_York") == "31 Jan 2013"
    assert formats.day(date(2013, 2, 20)) == "20 Feb 2013"
    assert formats.readings(AT, "Asia/Kathmandu", "America/New_York").splitlines() == [
        "Asia/Kathmandu: Wed 20 Feb 2013, 22:50:09 (UTC+05:45)",
        "America/New_York: Wed 20 Feb 2013, 12:05:09 (UTC−05:00)",
        "UTC: Wed 20 Feb 2013, 17:05:09 (UTC+00:00)",
    ]


def test_zones_are_offered_with_the_offset_that_holds() -> None:
    winter, summer = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7))

    assert dict(formats.zone_choices(winter))["Europe/Paris"] == "Europe/Paris (UTC+01:00)"
    assert dict(formats.zone_choices(summer))["Europe/Paris"] == "Europe/Paris (UTC+02:00)"
    assert formats.zone_choices(winter)[0] == ("UTC", "UTC (UTC+00:00)")


def test_templates_write_them_too() -> None:
    template = Template(
        "{% load console %}{{ money|money }} {{ cents|money:'USD' }} {{ nothing|money:'USD' }} "
        "{{ price|price:'USD' }} {{ price|units }} {{ nothing|rate }} {% moment at 'UTC' %}"
    )
    context = {"money": Money(1, "EUR"), "cents": 2, "price": Decimal("0.5"), "at": AT}

    assert template.render(Context(context)) == (
        "€0.01 $0.02 — $0.50 0.5 — "
        '<time datetime="2013-02-20T17:05:09Z" data-tip '
        'title="UTC: Wed 20 Feb 2013, 17:05:09 (UTC+00:00)">20 Feb 2013, 17:05</time>'
    )


def test_what_people_typed_is_never_markup() -> None:
    context = Context({"name": '"><script>'})

    written = Template("{% load console %}{% icon name name name %}").render(context)

    assert "<script>" not in written


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 1), (1, 1), (31298, 40000), (41, 50), (99, 100), (101, 120)]
)
def test_a_chart_ends_at_a_round_number(highest: int, top: int) -> None:
    assert charts.ceiling(highest) == top


def test_bars_stand_on_zero_and_hang_from_it() -> None:
    points = [charts.Point("1", 50), charts.Point("2", -100), charts.Point("3", 0)]

    chart = charts.bars(points, label="Days", height=132)

    assert chart.label == "Days"
    assert [(bar.y, bar.height) for bar in chart.bars] == [
        ("10", "33.33"), ("43.33", "66.67"), ("43.33", "0"),
    ]  # fmt: skip
    assert [mark.text for mark in chart.marks] == ["1", "2", "3"]


def test_a_chart_without_points_is_drawn_empty() -> None:
    assert charts.bars([], label="Nothing").bars == []
    assert charts.lines([], label="Nothing").paths == []
    assert charts.lines([("Balance", [])], label="Nothing").hits == []


def test_a_meter_fills_up_and_says_by_how_much_it_is_over() -> None:
    template = Template("{% load console %}{% meter used whole 'Calls' %}")

    def drawn(used: int, whole: int) -> str:
        return template.render(Context({"used": used, "whole": whole}))

    assert 'class="meter ok"' in drawn(79, 100)
    assert 'class="meter warn"' in drawn(80, 100)
    assert 'aria-label="Calls: 127 percent used"' in drawn(127, 100)
    assert '<rect class="fill" width="100"' in drawn(127, 100)
    assert 'aria-label="Calls: 0 percent used"' in drawn(5, 0)
