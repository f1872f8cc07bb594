"""How money, units, rates, days and moments are written for people. Pure functions over Babel."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_currency_symbol
from django.utils.translation import get_language

from billing.money import EXACT, exponent

UTC = ZoneInfo("UTC")
ENGLISH_DAY = "d MMM y"
"""English is read on both sides of the Atlantic, so months have names; others write days as documents do."""


@lru_cache
def _locale(language: str | None) -> Locale:
    return Locale.parse((language or "en").replace("-", "_"))


# Lists write hundreds of figures and days, so what Babel knows is asked once for each.
@lru_cache
def _separators(language: str | None) -> dict[int, str]:
    symbols = _locale(language).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})


@lru_cache
def _around(currency: str, language: str | None) -> tuple[str, str]:
    """Return what stands before and after an amount: ``("€", "")``, in German ``("", " €")``."""
    locale = _locale(language)
    symbol = get_currency_symbol(currency, locale)
    if locale.currency_formats["standard"].pattern.endswith("¤"):
        return "", f"\xa0{symbol}"
    return (f"{symbol}\xa0" if symbol[-1].isalpha() else symbol), ""


@lru_cache
def _percent(language: str | None) -> str:
    pattern: str = _locale(language).percent_formats[None].pattern
    return pattern[pattern.rindex("0") + 1 :]


@lru_cache
def _day_pattern(language: str | None) -> str:
    locale = _locale(language)
    return ENGLISH_DAY if locale.language == "en" else str(locale.date_formats["medium"].pattern)


def _number(value: Decimal, places: int) -> str:
    """Write a number with grouping, without trailing zeros beyond `places` decimals."""
    whole, _, decimals = f"{value:,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    written = f"{whole}.{decimals}" if decimals else whole
    return written.translate(_separators(get_language()))


def _amount(value: Decimal, currency: str, places: int | None = None) -> str:
    sign = "-" if value < 0 else ""
    number = _number(abs(value), exponent(currency) if places is None else places)
    before, after = _around(currency, get_language())
    return f"{sign}{before}{number}{after}"


def money(cents: int, currency: str) -> str:
    """Write minor units as an amount: 573232 EUR is ``€5,732.32``."""
    return _amount(Decimal(cents).scaleb(-exponent(currency), EXACT), currency)


def whole(cents: int | Decimal, currency: str) -> str:
    """Write a round amount for a scale, without the decimals that would all be zero: ``€3,000,000``."""
    return _amount(Decimal(cents).scaleb(-exponent(currency), EXACT), currency, 0)


def price(value: Decimal, currency: str) -> str:
    """Write a unit price with as many decimals as it has, at least the currency's: ``$0.0025``."""
    return _amount(value, currency)


def units(value: Decimal | int) -> str:
    """Write a number of units with grouping and without trailing zeros: ``8,412,906.5``."""
    return _number(Decimal(value), 0)


def rate(value: Decimal) -> str:
    """Write a percentage: 8.8750 is ``8.875%``."""
    return f"{units(value)}{_percent(get_language())}"


def day(value: date) -> str:
    """Write a civil day: ``20 Feb 2013``."""
    language = get_language()
    return _day(value, _day_pattern(language), language)


@lru_cache(maxsize=4096)
def _day(value: date, pattern: str, language: str | None) -> str:
    return format_date(value, pattern, _locale(language))


def zone_of(name: str | ZoneInfo | None) -> ZoneInfo:
    """Return the zone of that name; UTC when there is none."""
    if isinstance(name, ZoneInfo):
        return name
    return ZoneInfo(name) if name else UTC


def offset(zone: ZoneInfo, at: datetime) -> str:
    """Write a zone's distance from UTC at a moment: ``UTC−05:00``."""
    minutes = round(at.astimezone(zone).utcoffset().total_seconds() / 60)  # type: ignore[union-attr]
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def moment(at: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Write a moment in a zone, to the minute: ``20 Feb 2013, 12:00``."""
    here = at.astimezone(zone_of(zone))
    return f"{day(here.date())}, {here:%H:%M}"


def day_of(at: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Write the day that a moment falls on in a zone."""
    return day(at.astimezone(zone_of(zone)).date())


def span(start_at: datetime, end_at: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Write the first and the last day of a span in a zone, or its only one; the end is outside."""
    first, last = day_of(start_at, zone), day_of(end_at - timedelta(milliseconds=1), zone)
    return first if first == last else f"{first} – {last}"


def exactly(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment to the second with its zone and offset."""
    here = at.astimezone(zone)
    language = get_language()
    civil = _day(here.date(), f"EEE {_day_pattern(language)}", language)
    return f"{zone}: {civil}, {here:%H:%M:%S} ({offset(zone, at)})"


def readings(at: datetime, *zones: str | ZoneInfo | None) -> str:
    """Write a moment in each of `zones` and in UTC, a line each."""
    return "\n".join(exactly(at, one) for one in dict.fromkeys([*map(zone_of, zones), UTC]))


@lru_cache
def zone_names() -> tuple[str, ...]:
    """Return the names of the zones of places, sorted, UTC first."""
    regions = (
        "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
    )
    places = sorted(n for n in available_timezones() if n.partition("/")[0] in regions)
    return ("UTC", *(name for name in places if "/" in name))


def zone_choices(at: datetime, names: tuple[str, ...] | None = None) -> list[tuple[str, str]]:
    """Return choices of a form: the zone and its name with the offset that holds at `at`."""
    return [(name, f"{name} ({offset(ZoneInfo(name), at)})") for name in names or zone_names()]
