"""What the selects of the form offer."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import pycountry
from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.currencies import CURRENCIES
from catalog.models import Tax
from console import formats
from organizations.models import Organization
from payments.models import PaymentProvider

Choices = list[tuple[str, str]]
LANGUAGES = ("en", "fr", "de", "es", "it", "pt")


@lru_cache
def _locale(language: str | None) -> Locale:
    return Locale.parse((language or "en").replace("-", "_"))


def zones(organization: Organization, at: datetime) -> Choices:
    """Return every zone with its offset at `at`; none means the organization's, by name."""
    own = organization.timezone or "UTC"
    inherited = _("As the organization: %(zone)s (%(offset)s)") % {
        "zone": own,
        "offset": formats.offset(ZoneInfo(own), at),
    }
    return [("", inherited), *formats.zone_choices(at)]


def currencies() -> Choices:
    """Return every currency by code and name."""
    return _currencies(get_language())


@lru_cache
def _currencies(language: str | None) -> Choices:
    names = _locale(language).currencies
    return [(code, f"{code} · {names.get(code, code)}") for code in sorted(CURRENCIES)]


def countries() -> Choices:
    """Return every country, by name."""
    return _countries(get_language())


@lru_cache
def _countries(language: str | None) -> Choices:
    names = _locale(language).territories
    known = ((one.alpha_2, names.get(one.alpha_2, one.name)) for one in pycountry.countries)
    return sorted(known, key=lambda pair: pair[1].casefold())


def languages(organization: Organization, present: str | None) -> Choices:
    """Return the languages of documents; none means the organization's, by name."""
    codes = dict.fromkeys([*LANGUAGES, *([present] if present else [])])
    own = _language(organization.document_locale or "en")
    inherited = _("As the organization: %(language)s") % {"language": own}
    return [("", inherited), *((code, _language(code)) for code in codes)]


def _language(code: str) -> str:
    named = _locale(get_language()).languages.get(code.replace("-", "_"))
    return named.capitalize() if named else code


def taxes(organization: Organization) -> Choices:
    """Return the organization's taxes with their rates."""
    rows = Tax.objects.of(organization).kept().order_by("name", "pk")
    return [(tax.code, f"{tax.name} · {formats.rate(tax.rate)}") for tax in rows]


def connections(organization: Organization) -> Choices:
    """Return the organization's connections to payment providers."""
    rows = PaymentProvider.objects.of(organization).kept().order_by("name", "pk")
    return [(row.code, f"{row.name} · {row.get_kind_display()}") for row in rows]
