"""The side menu, and what every page of the console needs around its content."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console import formats

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Entry:
    """One line of the side menu."""

    label: str
    url: str
    icon: str
    key: str = ""
    """Second key of the shortcut that begins with ``g``."""
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    """Some entries under one heading."""

    label: str
    entries: tuple[Entry, ...]


MENU = (
    Group(
        _("Revenue"),
        (
            Entry(_("Customers"), "/customers/", "users", "c"),
            Entry(_("Subscriptions"), "/subscriptions/", "repeat", "s"),
            Entry(_("Invoices"), "/invoices/", "file-text", "i"),
            Entry(_("Payments"), "/payments/", "credit-card", "p"),
            Entry(_("Credit notes"), "/credit-notes/", "receipt-text", "n"),
        ),
    ),
    Group(
        _("Catalog"),
        (
            Entry(_("Billable metrics"), "/metrics/", "gauge", "m"),
            Entry(_("Plans"), "/plans/", "layers", "l"),
            Entry(_("Add-ons"), "/add-ons/", "package", "a"),
            Entry(_("Coupons"), "/coupons/", "ticket-percent", "o"),
            Entry(_("Taxes"), "/taxes/", "percent", "t"),
        ),
    ),
    Group(
        _("Operations"),
        (
            Entry(_("Analytics"), "/analytics/", "chart-no-axes-combined", "y"),
            Entry(_("Developers"), "/developers/", "code", "d"),
            Entry(_("Settings"), "/settings/", "settings", ","),
        ),
    ),
)


SETTINGS = (
    (_("Organization"), "/settings/"),
    (_("Members"), "/settings/members/"),
    (_("Invoices"), "/settings/invoices/"),
    (_("Numbering"), "/settings/numbering/"),
    (_("E-mails"), "/settings/emails/"),
    (_("Taxes"), "/settings/taxes/"),
    (_("Payment providers"), "/settings/payment-providers/"),
    (_("Dunning"), "/settings/dunning/"),
)


def settings_tabs(path: str) -> list[dict[str, Any]]:
    """Return the sections of the settings, with the one marked to which `path` belongs."""
    current = max((url for _label, url in SETTINGS if path.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "is_current": url == current} for label, url in SETTINGS]


def menu(path: str) -> tuple[Group, ...]:
    """Return the side menu with the entry marked to which `path` belongs."""
    return tuple(
        replace(
            group,
            entries=tuple(
                replace(entry, is_current=path.startswith(entry.url)) for entry in group.entries
            ),
        )
        for group in MENU
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template the menu and the theme (context processor; no query)."""
    theme = request.COOKIES.get("theme", "")
    return {
        "menu": menu(request.path),
        "theme": theme if theme in THEMES else "",
        "clock": _clock(request),
    }


def _clock(request: HttpRequest) -> dict[str, str] | None:
    """Return a sandbox's clock as the header shows it; None for an organization in real time."""
    organization = getattr(request, "organization", None)
    if organization is None or not organization.is_sandbox:
        return None
    zone = formats.zone_of(organization.timezone)
    at = organization.sandbox_now
    return {
        "written": formats.moment(at, zone) if at else "",
        "local": at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if at else "",
        "zone": str(zone),
    }
