"""Geometry of charts: numbers in, places on an SVG out. Percent across, pixels down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from console import formats

Number = int | Decimal


@dataclass(frozen=True)
class Point:
    """One value of a series: `label` stands on the axis, `title` is read when one points at it."""

    label: str
    value: Number
    title: str = ""
    is_future: bool = False


class Bar(NamedTuple):
    """A rectangle: x and width in percent, y and height in pixels."""

    x: str
    y: str
    width: str
    height: str
    title: str
    is_future: bool
    series: int


class Mark(NamedTuple):
    """A label at a place."""

    x: str
    y: str
    text: str


class Hit(NamedTuple):
    """A column that answers to the pointer."""

    x: str
    width: str
    title: str


@dataclass(frozen=True)
class Chart:
    """What the template draws."""

    label: str
    height: int
    lines: list[Mark]
    marks: list[Mark]
    bars: list[Bar]
    paths: list[tuple[int, str, str]]
    hits: list[Hit]
    rows: list[tuple[str, list[str]]]
    legend: list[tuple[int, str]]

    @property
    def scale(self) -> str:
        """How much room the labels of the scale need: narrow, medium, wide or widest."""
        longest = max((len(line.text) for line in self.lines), default=0)
        rooms = ((4, "narrow"), (8, "medium"), (11, "wide"))
        return next((room for most, room in rooms if longest <= most), "widest")


TOP, BOTTOM = 10, 22


def ceiling(highest: Number) -> Decimal:
    """Return a round number at or above `highest`: a short number times a power of ten."""
    if highest <= 0:
        return Decimal(1)
    power = Decimal(10) ** (Decimal(highest).adjusted())
    for step in ("1", "1.2", "1.6", "2", "2.4", "3", "4", "5", "6", "8", "10"):
        if power * Decimal(step) >= highest:
            return power * Decimal(step)
    return power * 10


def _number(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01")).normalize().__format__("f"))


class _Scale:
    """Turns values into pixels between the lowest and the highest round number."""

    def __init__(self, values: Sequence[Number], height: int) -> None:
        self.top = ceiling(max([*values, 0]))
        low = min([*values, 0])
        self.low = -ceiling(-low) if low < 0 else Decimal(0)
        if self.top == 1 and not any(value > 0 for value in values) and low < 0:
            self.top = Decimal(0)
        self.height = height - TOP - BOTTOM

    def y(self, value: Number) -> Decimal:
        share = (self.top - Decimal(value)) / (self.top - self.low)
        return TOP + share * self.height


def _marks(points: Sequence[Point], height: int, most: int = 8) -> list[Mark]:
    """Return labels of the axis below, at most `most` of them."""
    step = int((Decimal(len(points)) / most).to_integral_value(ROUND_CEILING)) or 1
    width = Decimal(100) / max(len(points), 1)
    return [
        Mark(_number(width * index + width / 2), str(height - 6), point.label)
        for index, point in enumerate(points)
        if index % step == 0
    ]


def _lines(scale: _Scale, write: object) -> list[Mark]:
    """Return the horizontal lines with what each stands for."""
    middle = (scale.top + scale.low) / 2
    values = (
        [scale.top, middle, scale.low] if scale.low == 0 else [scale.top, Decimal(0), scale.low]
    )
    return [Mark("0", _number(scale.y(value)), write(value)) for value in values]  # type: ignore[operator]


def _plain(value: Decimal) -> str:
    return formats.units(value.normalize())


def _hits(series: Sequence[Sequence[Point]]) -> list[Hit]:
    width = Decimal(100) / max(len(series[0]), 1)
    return [
        Hit(
            _number(width * index),
            _number(width),
            "\n".join(
                one[index].title or f"{one[index].label}: {one[index].value}" for one in series
            ),
        )
        for index in range(len(series[0]))
    ]


def _rows(series: Sequence[Sequence[Point]]) -> list[tuple[str, list[str]]]:
    return [
        (
            point.label,
            [(one[index].title or str(one[index].value)).rpartition(": ")[2] for one in series],
        )
        for index, point in enumerate(series[0])
    ]


def bars(
    points: Sequence[Point], *, label: str, height: int = 170, write: object = _plain
) -> Chart:
    """Draw a bar a point. `write` turns a value of the scale into its label."""
    scale = _Scale([point.value for point in points], height)
    width = Decimal(100) / max(len(points), 1)
    zero = scale.y(0)
    drawn = []
    for index, point in enumerate(points):
        y = scale.y(point.value)
        drawn.append(
            Bar(
                _number(width * index + width * Decimal("0.12")),
                _number(min(y, zero)),
                _number(width * Decimal("0.76")),
                _number(abs(zero - y)),
                point.title or f"{point.label}: {point.value}",
                point.is_future,
                1,
            )
        )
    series = [points] if points else [[]]
    return Chart(
        label, height, _lines(scale, write), _marks(points, height), drawn, [],
        [], _rows(series), [],
    )  # fmt: skip


def lines(
    series: Sequence[tuple[str, Sequence[Point]]],
    *,
    label: str,
    height: int = 190,
    write: object = _plain,
) -> Chart:
    """Draw a line a series (name and points); all series have the same labels."""
    every = [point.value for _, points in series for point in points]
    scale = _Scale(every, height)
    base = scale.y(scale.low)
    paths = []
    for number, (_, points) in enumerate(series, 1):
        width = Decimal(1000) / max(len(points), 1)
        spots = [
            f"{_number(width * index + width / 2)},{_number(scale.y(point.value))}"
            for index, point in enumerate(points)
        ]
        line = "M" + "L".join(spots) if spots else ""
        area = ""
        if spots and len(series) == 1:
            first, last = spots[0].partition(",")[0], spots[-1].partition(",")[0]
            area = f"{line}L{last},{_number(base)}L{first},{_number(base)}Z"
        paths.append((number, line, area))
    points_of = [points for _, points in series] or [[]]
    named = [(number, name) for number, (name, _) in enumerate(series, 1)]
    return Chart(
        label, height, _lines(scale, write), _marks(points_of[0], height), [], paths,
        _hits(points_of), _rows(points_of), named if len(named) > 1 else [],
    )  # fmt: skip


def share_of(value: Number, whole: Number) -> int:
    """Return `value` as a whole percentage of `whole`, rounded down; 0 when there is no whole."""
    if whole <= 0:
        return 0
    return int((Decimal(value) * 100 / Decimal(whole)).to_integral_value(ROUND_FLOOR))
