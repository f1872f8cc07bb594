"""``{% load console %}``: icons, money, units, days, moments, fields and charts for templates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from billing.money import Money
from console import charts, formats, wording
from console.forms import Tiles
from console.navigation import settings_tabs as tabs_of_settings

register = template.Library()


@register.filter
def control(option: BoundWidget) -> SafeString:
    """Draw the box or button of one choice, as Django does but without a template: a list may have hundreds."""
    data = option.data
    rest = flatatt({"value": data["value"]}) + flatatt(data["attrs"])
    return format_html('<input type="{}" name="{}"{}>', data["type"], data["name"], rest)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Draw an icon of the sprite. `size` is ``small`` or ``large``; `label` makes it speak."""
    return _drawn_icon(name, size, label)


@lru_cache(maxsize=1024)
def _drawn_icon(name: str, size: str, label: str) -> SafeString:
    classes = f"i i-{size}" if size else "i"
    heard = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="{}" width="16" height="16" {}><use href="{}#{}"></use></svg>',
        classes, SafeString(heard), static("console/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
def badge(label: str, tone: str = "") -> SafeString:
    """Draw a status: ``{% badge "Active" "ok" %}``; quicker in rows than the component."""
    return format_html('<span class="badge {}">{}</span>', tone, label)


@register.filter
def spoken(message: str) -> str:
    """Write a sentence of the domain in the language of the page: ``{{ line.why|spoken }}``."""
    return wording.spoken(message)


@register.filter
def money(value: Money | int | None, currency: str = "") -> str:
    """Write Money, or minor units with a currency: ``{{ total_cents|money:currency }}``."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Money):
        return formats.money(value.cents, value.currency)
    return formats.money(int(value), currency)


@register.filter
def price(value: Decimal | str | None, currency: str) -> str:
    """Write a unit price with all its decimals: ``{{ unit_price|price:currency }}``."""
    return "—" if value in (None, "") else formats.price(Decimal(value), currency)


@register.filter
def units(value: Decimal | int | str | None) -> str:
    """Write a number of units: ``{{ units|units }}``."""
    return "—" if value in (None, "") else formats.units(Decimal(value))


@register.filter
def rate(value: Decimal | str | None) -> str:
    """Write a percentage: ``{{ tax_rate|rate }}``."""
    return "—" if value in (None, "") else formats.rate(Decimal(value))


@register.filter
def day(value: date | None) -> str:
    """Write a civil day: ``{{ due_on|day }}``."""
    return formats.day(value) if value else "—"


def _zones(context: template.Context) -> tuple[Any, Any]:
    """Return the zone in which the operator reads moments, and the organization's."""
    request = getattr(context, "request", None) or context.get("request")
    own = getattr(getattr(request, "user", None), "timezone", None)
    return own, getattr(getattr(request, "organization", None), "timezone", None)


def _time(at: datetime, written: str, *zones: Any) -> str:
    return format_html(
        '<time datetime="{}" data-tip title="{}">{}</time>',
        at.astimezone(formats.UTC).isoformat().replace("+00:00", "Z"),
        formats.readings(at, *filter(None, zones)),
        written,
    )


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime | None, zone: Any = None) -> str:
    """Write a moment in the operator's zone, else in `zone` (the organization's by default); the others on hover."""
    if at is None:
        return "—"
    own, home = _zones(context)
    return _time(at, formats.moment(at, own or zone or home), own, zone, home)


@register.simple_tag(takes_context=True)
def day_of(context: template.Context, at: datetime | None, zone: Any = None) -> str:
    """Write the day of a moment in `zone`, whoever reads it, with the exact moment in the other zones on hover."""
    if at is None:
        return "—"
    own, home = _zones(context)
    return _time(at, formats.day_of(at, zone or home), zone, home, own)


@register.simple_tag(takes_context=True)
def named(context: template.Context, row: Any, page: str) -> SafeString:
    """Draw the head of a row of the catalog: its name, which leads to `page` unless it is deleted, and its code."""
    code = format_html('<small class="id">{}</small>', row.code)
    if row.deleted_at is None:
        return format_html('<a href="{}">{}</a>{}', reverse(page, args=[row.pk]), row.name, code)
    gone = format_html("<small>{} {}</small>", _("Deleted"), day_of(context, row.deleted_at))
    return format_html("{}{}{}", row.name, code, gone)


@register.filter
def may(membership: Any, permission: str) -> bool:
    """Say whether a role holds a permission: ``{% if request.membership|may:"customers" %}``."""
    return bool(membership) and membership.may(permission)


@register.filter
def initials(name: str) -> str:
    """Return one or two letters for an avatar."""
    parts = [part for part in str(name).replace("@", " ").split() if part[0].isalnum()]
    return "".join(part[0] for part in parts[:2]).upper() or "?"


@register.filter
def is_kind(field: BoundField, kind: str) -> bool:
    """Say whether a field's widget is a ``checkbox``, ``radio``, ``tiles``, ``checkboxes``, …"""
    if kind == "tiles":
        return isinstance(field.field.widget, Tiles)
    return field.widget_type == {
        "radio": "radioselect",
        "checkboxes": "checkboxselectmultiple",
    }.get(kind, kind) or (kind == "radio" and isinstance(field.field.widget, Tiles))


@register.filter
def reason_locked(field: BoundField) -> str:
    """Return why a field cannot change; empty when it can."""
    return getattr(field.form, "locked", {}).get(field.name, "")


@register.filter
def conflict_of(field: BoundField) -> Any:
    """Return what somebody else has made of a field meanwhile, if it was refused for that."""
    return getattr(field.form, "conflicts", {}).get(field.name)


@register.filter
def shown_when(field: BoundField) -> str:
    """Return while what a field is shown, for ``data-when``; empty when always."""
    wanted = getattr(field.form, "when", {}).get(field.name, "")
    return " ".join(str(field.form.add_prefix(one)) for one in wanted.split())


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm, names: Any = None, columns: int = 2) -> dict[str, Any]:
    """Lay out fields: ``{% fields form "name external_id" columns=2 %}``; a ``+`` after a name: wide."""
    wanted = names.split() if isinstance(names, str) else list(names or form.fields)
    return {
        "fields": [(form[name.rstrip("+")], name.endswith("+")) for name in wanted],
        "columns": columns,
    }


@register.simple_tag
def tick(listing: Any, pk: Any, label: str) -> SafeString:
    """Render the box that ticks a row for ``components/list_bulk.html``; nothing where there is no bulk action."""
    if not listing.bulk:
        return SafeString("")
    return format_html(
        '<label class="tick above"><input type="checkbox" name="row" value="{}" form="{}-bulk"'
        ' autocomplete="off" aria-label="{}"></label>',
        pk,
        listing.name,
        label,
    )


@register.simple_tag
def form_token() -> SafeString:
    """Render the hidden token by which a second press of the same button is recognised."""
    return format_html('<input type="hidden" name="form_token" value="{}">', uuid4())


@register.inclusion_tag("components/chart.html")
def bar_chart(points: list[charts.Point], label: str, height: int = 170) -> dict[str, Any]:
    """Draw bars: ``{% bar_chart points "Usage per day" %}``."""
    return {"chart": charts.bars(points, label=label, height=height), "unique": uuid4().hex[:6]}


@register.inclusion_tag("components/chart.html")
def line_chart(series: list[Any], label: str, height: int = 190) -> dict[str, Any]:
    """Draw lines: ``{% line_chart series "Balance" %}``, series are (name, points)."""
    return {"chart": charts.lines(series, label=label, height=height), "unique": uuid4().hex[:6]}


@register.inclusion_tag("components/chart.html")
def drawn(chart: charts.Chart) -> dict[str, Any]:
    """Draw a chart that the view has made (to write its scale as money, say)."""
    return {"chart": chart, "unique": uuid4().hex[:6]}


@register.inclusion_tag("components/meter.html")
def meter(value: Any, whole: Any, label: str = "", warn_at: int = 80) -> dict[str, Any]:
    """Draw how much of `whole` is used; it warns at `warn_at` percent."""
    share = charts.share_of(Decimal(value or 0), Decimal(whole or 0))
    tone = "over" if share > 100 else "warn" if share >= warn_at else "ok"
    return {"share": share, "width": min(share, 100), "tone": tone, "label": label}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def settings_tabs(context: template.Context) -> dict[str, Any]:
    """Draw the sections of the settings: ``{% settings_tabs %}``."""
    return {
        "tabs": tabs_of_settings(context["request"].path),
        "label": _("Sections of the settings"),
    }
