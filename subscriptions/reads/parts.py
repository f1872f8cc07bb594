"""From the usage of a charge to its filters and groups, to the steps of a price, to the events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotFound
from console import charts
from invoices.models import Fee
from subscriptions.reads.panels import UsageLine, UsagePanel
from subscriptions.reads.usage_charts import Drawing, units_chart
from usage.reads import events_behind

MOST_EVENTS = 100
DEFAULT = "default"


@dataclass(frozen=True)
class Part:
    """A filter and a group of a charge, with the fee that prices it."""

    fee: Fee
    name: str
    values: tuple[str, ...]
    url: str


def line_of(panel: UsagePanel, charge_id: UUID) -> UsageLine:
    """Return the charge of a panel; raises NotFound."""
    for line in panel.lines:
        if line.usage.charge.pk == charge_id:
            return line
    raise NotFound("charge", _("This period has no such charge."))


def parts_of(panel: UsagePanel, line: UsageLine) -> list[Part]:
    """Return the filters and groups of a charge, each with the way to its calculation."""
    return [_part(panel, line, fee) for fee in line.usage.fees]


def _part(panel: UsagePanel, line: UsageLine, fee: Fee) -> Part:
    query = {"filter": str(fee.charge_filter_id or DEFAULT)}
    if fee.grouped_by:
        query["group"] = json.dumps(fee.grouped_by, sort_keys=True)
    if panel.entry is not None:
        query["period"] = str(panel.entry.pk)
    args = [panel.subscription.pk, line.usage.charge.pk]
    url = reverse("subscriptions:explain_usage", args=args)
    return Part(fee, _named(line, fee), _values(fee), f"{url}?{urlencode(query)}")


def _named(line: UsageLine, fee: Fee) -> str:
    if fee.filter_display_name:
        return fee.filter_display_name
    return _("All others") if line.usage.charge.filters.all() else line.name


def _values(fee: Fee) -> tuple[str, ...]:
    return tuple(
        f"{key}: {value if value is not None else '—'}" for key, value in fee.grouped_by.items()
    )


def find_part(panel: UsagePanel, line: UsageLine, query: Mapping[str, str]) -> Part:
    """Return the part that an address names, the first without one; raises NotFound."""
    wanted = query.get("filter"), query.get("group")
    for part in parts_of(panel, line):
        own = str(part.fee.charge_filter_id or DEFAULT)
        group = json.dumps(part.fee.grouped_by, sort_keys=True) if part.fee.grouped_by else None
        if wanted[0] is None or (own, group) == wanted:
            return part
    raise NotFound("fee", _("There is no such part of this charge."))


def events_of(panel: UsagePanel, line: UsageLine, part: Part) -> list[Any]:
    """Return the events that a part was made of, the latest first; 3 queries."""
    return events_behind(
        panel.subscription,
        line.usage.charge,
        start_at=panel.period.start,
        end_at=panel.period.end,
        charge_filter_id=part.fee.charge_filter_id,
        group=part.fee.grouped_by,
        most=MOST_EVENTS,
    )


def units_by_day(panel: UsagePanel, line: UsageLine) -> charts.Chart | None:
    """Draw the units of each day of a charge; 5 queries."""
    drawing = Drawing(panel.subscription, (line.usage.charge,), panel.period, panel.elapsed_days)
    return units_chart(drawing, _("Units per day of %s") % line.name)
