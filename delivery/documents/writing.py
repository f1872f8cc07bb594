"""Writing figures, days and phrases the way a customer's language does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from billing.money import EXACT, exponent
from delivery.wording import language_of, words

MOST_DECIMALS = 12
LETTERS_MEET_DIGITS = re.compile(r"(?<=[A-Z])(?=\d)")
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Writer:
    """Writes in one locale, in one currency and one zone."""

    locale: str
    currency: str
    zone: str

    @cached_property
    def language(self) -> str:
        """The language of the words."""
        return language_of(self.locale)

    @cached_property
    def words(self) -> dict[str, Any]:
        """The phrases of the language."""
        return words(self.language)

    @cached_property
    def babel(self) -> Locale:
        """How the locale writes figures and days; the language's own way when it is unknown."""
        try:
            found = Locale.parse(self.locale.replace("_", "-"), sep="-")
        except (ValueError, UnknownLocaleError):
            return Locale.parse(self.language)
        return found if found.language == self.language else Locale.parse(self.language)

    def say(self, key: str, **values: str) -> str:
        """Return the phrase `key` with its places filled in."""
        text: str = self.words[key]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def money(self, cents: int) -> str:
        """Write minor units of the currency."""
        amount = Decimal(cents).scaleb(-exponent(self.currency), EXACT)
        return self.price(amount)

    def price(self, amount: Decimal) -> str:
        """Write an amount with all its decimals (12 at most), at least those of the currency."""
        exact = round(amount, MOST_DECIMALS).normalize()
        written = format_currency(
            exact, self.currency, locale=self.babel, decimal_quantization=False
        )
        return LETTERS_MEET_DIGITS.sub("\u00a0", written)

    def units(self, value: Decimal) -> str:
        """Write a number of units, without superfluous zeros."""
        return str(format_decimal(value.normalize(), "#,##0.############", self.babel))

    def rate(self, value: Decimal) -> str:
        """Write a percentage: 20 is ``20 %``, as the language spaces it."""
        pattern = self.babel.percent_formats[None].pattern
        space = "\u00a0" if pattern.endswith(("\u00a0%", "\u202f%")) else ""
        return f"{self.units(value)}{space}%"

    def day(self, on: date) -> str:
        """Write a civil day."""
        return str(format_date(on, "medium", self.babel))

    def moment_day(self, at: datetime) -> str:
        """Write the day that a moment falls on in the zone."""
        return self.day(at.astimezone(ZoneInfo(self.zone)).date())

    def period(self, start: datetime, end: datetime) -> str:
        """Write a span (its end is outside) by its first and its last day in the zone."""
        first = self.moment_day(start)
        last = self.moment_day(max(start, end - INSTANT))
        return first if first == last else self.say("period", start=first, end=last)

    def terms(self, days: int) -> str:
        """Write within how many days is to be paid."""
        if days == 0:
            return self.say("terms_now")
        return self.say("terms_one" if days == 1 else "terms_many", days=str(days))

    def country(self, code: str | None) -> str:
        """Write the name of a country in the language."""
        return str(self.babel.territories.get(code, code)) if code else ""


def given(*lines: str | None) -> list[str]:
    """Keep the lines that say something."""
    return [line.strip() for line in lines if line and line.strip()]


def joined(parts: Sequence[str | None], between: str = " ") -> str:
    """Join the parts that say something."""
    return between.join(given(*parts))
