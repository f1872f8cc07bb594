"""The list of the event explorer: quick with any number of events, and without an index of its own.

It never counts or sorts more than it shows. Without an id it is a stretch of what has arrived, found by number of
arrival; with the id of a subscription its latest days. Older ones are reached by a bound in the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import BillableMetric
from console import formats
from console.addresses import typed
from console.listing import Column, Filter, Listing
from organizations.models import Organization
from usage.cursor import last_number
from usage.models import UsageEvent
from usage.reads.events import events_of, of_transaction

MOST = 10_000
"""How many events are looked at: those of all organizations that arrived one after the other, or of a subscription."""
WIDER = (MOST, 10 * MOST, 100 * MOST)
"""Stretches of arrivals, tried one after the other until there is an event of the organization."""
BEFORE, UNTIL = "before", "until"
UNKNOWN = "-"
Rows = QuerySet[UsageEvent]


@dataclass(frozen=True)
class Stretch:
    """Some events; `bound` is what of the address they were found by, `older` what leads to the ones before."""

    rows: Rows
    bound: Sequence[tuple[str, str, str]] = ()
    """Key of the address, its value, and that in words."""
    older: tuple[str, str] | None = None


@dataclass(frozen=True)
class Explored:
    """The list, and the address of older events if there are any."""

    listing: Listing
    older_url: str


def explore(request: HttpRequest, organization: Organization) -> Explored:
    """Return the events that the address asks for; up to eight queries."""
    asked = {key: typed(request, key) for key in ("q", BEFORE, UNTIL)}
    term = asked["q"][:255]
    found = _of(organization, term, asked) if term else _arrived(organization, asked[BEFORE])
    listing = Listing(
        request,
        found.rows,
        name="event-list",
        default="-arrived",
        columns=[
            Column("event", gettext_lazy("Event"), order=("at",)),
            Column("counted", gettext_lazy("Counted")),
            Column("metric", gettext_lazy("Metric"), order=("code",)),
            Column(
                "subscription", gettext_lazy("Subscription"), order=("external_subscription_id",)
            ),
            Column("arrived", gettext_lazy("Arrived"), order=("seq",)),
            Column("properties", gettext_lazy("Properties")),
        ],
        filters=[_metrics(organization), *(_bound(*one) for one in found.bound)],
        search=lambda rows, term: rows,
        can_export=True,
    )
    older = found.older
    return Explored(listing, listing.url(page=None, **dict([older])) if older else "")


def _of(organization: Organization, term: str, asked: dict[str, str]) -> Stretch:
    """Return the events of a transaction, else the latest of a subscription, by exact id."""
    rows = of_transaction(organization, term)
    if rows.exists():
        return Stretch(rows)
    until = _day(asked[UNTIL])
    rows = events_of(organization, external_subscription_id=term)
    if until is not None:
        rows = rows.filter(day__lte=until)
    bound = [(UNTIL, until.isoformat(), formats.day(until))] if until else []
    days = rows.order_by("-day", "-seq").values_list("day", flat=True)
    first_day = next(iter(days[MOST : MOST + 1]), None)
    if first_day is None:
        return Stretch(rows, bound)
    before = (UNTIL, (first_day - timedelta(days=1)).isoformat())
    has_older = rows.filter(day__lt=first_day).exists()
    return Stretch(rows.filter(day__gte=first_day), bound, before if has_older else None)


def _arrived(organization: Organization, before: str) -> Stretch:
    """Return the latest of the events that have arrived, or of those before a number of arrival."""
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    newest = last_number() if last is None else last - 1
    for width in WIDER:
        oldest = newest - width
        rows = UsageEvent.objects.of(organization).filter(seq__gt=oldest, seq__lte=newest)
        # An aggregate, since a mere "is there one" tempts the planner into reading the table from its beginning.
        own = rows.aggregate(at=Max("created_at"), first=Min("seq"), last=Max("seq"))
        if own["at"] is not None or oldest <= 0:
            break
    if own["at"] is not None:
        rows = rows.filter(seq__gte=own["first"], seq__lte=own["last"])
    said = formats.moment(own["at"], organization.timezone) if own["at"] else _("earlier")
    bound = [(BEFORE, before, said)] if last is not None else []
    return Stretch(rows, bound, (BEFORE, str(oldest + 1)) if oldest > 0 else None)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _bound(key: str, value: str, words: str) -> Filter:
    """Return what shows, and removes, the bound that older events were reached by."""
    return Filter(key, str(_("Until")), [(value, words)], lambda rows, value: rows)


def _metrics(organization: Organization) -> Filter:
    """Return the filter by the code of a metric, also for codes that no metric has; one query."""
    metrics = BillableMetric.objects.of(organization).kept().order_by("name", "pk")
    names = dict(metrics.values_list("code", "name"))

    def narrow(rows: Any, value: str) -> Any:
        return rows.exclude(code__in=names) if value == UNKNOWN else rows.filter(code=value)

    choices = [*names.items(), (UNKNOWN, _("No such metric"))]
    return Filter("metric", str(_("Metric")), choices, narrow)
