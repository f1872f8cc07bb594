"""What is wrong with texts that mean something: addresses, countries, zones, languages, currencies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import pycountry
from babel import Locale, UnknownLocaleError

from billing.currencies import CURRENCIES

EMAIL = re.compile(r"[^@\s,<>()\"]+@[^@\s,.<>()\"]+(\.[^@\s,.<>()\"]+)+")


def special_faults(row: Any, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the codes of those columns of `names` whose value is not what it should be; null is always fine."""
    found: dict[str, list[str]] = {}
    for name in names:
        check = CHECKS.get(name)
        value = getattr(row, name)
        if check and value not in (None, "") and not check[0](value):
            found[name] = [check[1]]
    return found


def is_email(text: Any) -> bool:
    """Say whether `text` is an e-mail address, or several with commas between them."""
    return isinstance(text, str) and all(EMAIL.fullmatch(part.strip()) for part in text.split(","))


def is_url(text: Any) -> bool:
    """Say whether `text` is an address of the web."""
    if not isinstance(text, str) or re.search(r"\s", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_timezone(name: Any) -> bool:
    """Say whether `name` is a zone of the IANA database."""
    return isinstance(name, str) and name in _timezones()


def is_country(code: Any) -> bool:
    """Say whether `code` is an upper-case ISO 3166 alpha-2 code."""
    return isinstance(code, str) and code in _countries()


def is_currency(code: Any) -> bool:
    """Say whether `code` is a currency that this product knows, in upper case."""
    return isinstance(code, str) and code in CURRENCIES


def is_locale(code: Any) -> bool:
    """Say whether documents may be written in this language: en, fr, pt-BR."""
    try:
        return isinstance(code, str) and len(code) <= 10 and bool(Locale.parse(code, sep="-"))
    except (ValueError, TypeError, UnknownLocaleError):
        return False


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "email": (is_email, "invalid_email_format"),
    "url": (is_url, "url_is_invalid"),
    "logo_url": (is_url, "url_is_invalid"),
    "country": (is_country, "not_a_valid_country_code"),
    "shipping_country": (is_country, "not_a_valid_country_code"),
    "currency": (is_currency, "value_is_invalid"),
    "default_currency": (is_currency, "value_is_invalid"),
    "timezone": (is_timezone, "invalid_timezone"),
    "document_locale": (is_locale, "not_a_valid_language_code"),
}
