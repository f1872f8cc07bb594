"""How money, units, rates, days and moments are written for people. Pure functions over Babel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol
from django.utils.translation import get_language

from billing.money import EXACT, exponent

UTC = ZoneInfo("UTC")
DAY = "d MMM y"
MOMENT = "d MMM y, HH:mm"
EXACT_MOMENT = "EEE d MMM y, HH:mm:ss"


@lru_cache
def _locale(language: str | None) -> Locale:
    return Locale.parse((language or "en").replace("-", "_"))


def locale() -> Locale:
    """Return the locale of the request's language."""
    return _locale(get_language())


def _amount(value: Decimal, currency: str, digits: str) -> str:
    symbol = get_currency_symbol(currency, locale())
    gap = "\xa0" if symbol[-1].isalpha() else ""
    return format_decimal(
        value, f"'{symbol}{gap}'#,##0{digits};-'{symbol}{gap}'#,##0{digits}", locale()
    )


def money(cents: int, currency: str) -> str:
    """Write minor units as an amount: 573232 EUR is ``€5,732.32``."""
    places = exponent(currency)
    digits = "." + "0" * places if places else ""
    return _amount(Decimal(cents).scaleb(-places, EXACT), currency, digits)


def price(value: Decimal, currency: str) -> str:
    """Write a unit price with as many decimals as it has, at least the currency's: ``$0.0025``."""
    places = exponent(currency)
    return _amount(value, currency, "." + "0" * places + "#" * (15 - places))


def units(value: Decimal | int) -> str:
    """Write a number of units with grouping and without trailing zeros: ``8,412,906.5``."""
    return format_decimal(value, "#,##0.###############", locale())


def rate(value: Decimal) -> str:
    """Write a percentage: 8.8750 is ``8.875%``."""
    return f"{units(value)}%"


def day(value: date) -> str:
    """Write a civil day: ``20 Feb 2013``."""
    return format_date(value, DAY, locale())


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
    return format_datetime(at, MOMENT, tzinfo=zone_of(zone), locale=locale())


def day_of(at: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Write the day that a moment falls on in a zone."""
    return format_datetime(at, DAY, tzinfo=zone_of(zone), locale=locale())


@dataclass(frozen=True)
class Reading:
    """One moment as read in one zone."""

    label: str
    zone: ZoneInfo

    def at(self, moment: datetime) -> str:
        """Write the moment exactly, with its offset."""
        written = format_datetime(moment, EXACT_MOMENT, tzinfo=self.zone, locale=locale())
        return f"{self.label}: {written} ({offset(self.zone, moment)})"


def readings(at: datetime, zone: str | ZoneInfo | None, home: str | ZoneInfo | None = None) -> str:
    """Write a moment in `zone`, in the organization's zone `home` and in UTC, a line each."""
    zones = [zone_of(zone), zone_of(home), UTC]
    distinct = list(dict.fromkeys(zones))
    return "\n".join(Reading(str(one), one).at(at) for one in distinct)


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
