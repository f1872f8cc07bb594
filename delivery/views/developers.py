"""What the pages for developers share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

HOME = "/developers/"


def tabs(current: str) -> list[dict[str, Any]]:
    """Return the sections for developers with the current one marked."""
    sections = [
        ("delivery:keys", _("API keys")),
        ("delivery:endpoints", _("Webhooks")),
        ("delivery:deliveries", _("Deliveries")),
        ("usage:events", _("Events")),
        ("delivery:requests", _("API log")),
    ]
    return [
        {"label": label, "url": reverse(name), "is_current": name.split(":")[1] == current}
        for name, label in sections
    ]


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page below the developers' pages."""
    return [(_("Developers"), HOME), *more]
