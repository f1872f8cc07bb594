"""Why an event counts or does not, and where: what the event explorer says of it.

The rules are those of the aggregation itself (`usage.attribution`, `usage.aggregation`, `billing.aggregation`); here
they are only put into words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.aggregation.values import number, text
from catalog.models import BillableMetric, Charge
from catalog.models.metric import Aggregation
from console import formats
from organizations.models import Organization
from subscriptions.models import Subscription
from usage.aggregation.history import since
from usage.aggregation.measure import Measure, Part, measures
from usage.attribution import owners
from usage.models import UsageEvent
from usage.reads.billed import Billed, billed

Link = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """Whether an event counts, why, and where it is found in fees and usage."""

    event: UsageEvent
    is_counted: bool
    reason: str
    detail: str = ""
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What is known of the ids that some events bear."""

    organization: Organization
    metrics: dict[str, BillableMetric]
    subscriptions: dict[str, list[Subscription]]
    since: dict[UUID, datetime]
    charges: dict[tuple[UUID, str], list[Measure]]
    billed: Billed


def verdicts(organization: Organization, events: Sequence[UsageEvent]) -> list[Verdict]:
    """Return for each event whether it counts; about a dozen queries, however many events."""
    found = owners(organization, events)
    known = _known(organization, events, [owner for owner in found if owner is not None])
    return [_verdict(event, owner, known) for event, owner in zip(events, found, strict=True)]


def read_by(
    metric: BillableMetric, events: Sequence[UsageEvent]
) -> list[tuple[UsageEvent, tuple[str, str] | None]]:
    """Return each event with what keeps the metric from reading it, or None; no query."""
    return [(event, fault_of(event, metric)) for event in events]


def _known(
    organization: Organization, events: Sequence[UsageEvent], own: list[Subscription]
) -> Known:
    codes = {event.code for event in events}
    named = {event.external_subscription_id for event in events}
    metrics = BillableMetric.objects.of(organization).filter(code__in=codes).order_by("deleted_at")
    rows = Subscription.objects.of(organization).filter(external_id__in=named)
    subscriptions: dict[str, list[Subscription]] = {}
    for row in rows.select_related("customer").order_by("created_at", "pk"):
        subscriptions.setdefault(row.external_id, []).append(row)
    return Known(
        organization=organization,
        # Those that are not deleted come last, and so win.
        metrics={metric.code: metric for metric in metrics},
        subscriptions=subscriptions,
        since=dict(since(own)),
        charges=_charges(codes, own),
        billed=billed(organization, events, own),
    )


def _charges(codes: set[str], own: Iterable[Subscription]) -> dict[tuple[UUID, str], list[Measure]]:
    rows = Charge.objects.kept().filter(
        plan_id__in={one.plan_id for one in own}, billable_metric__code__in=codes
    )
    known = measures(list(rows.select_related("billable_metric").order_by("created_at", "pk")))
    found: dict[tuple[UUID, str], list[Measure]] = {}
    for charge, measure in known.items():
        found.setdefault((charge.plan_id, measure.code), []).append(measure)
    return found


def _verdict(event: UsageEvent, owner: Subscription | None, known: Known) -> Verdict:
    metric = known.metrics.get(event.code)
    if metric is None:
        return Verdict(
            event,
            False,
            _("No such metric"),
            _("No billable metric has the code %(code)s.") % {"code": event.code},
            [(_("Create a metric"), reverse("catalog:create_metric"))],
        )
    if metric.deleted_at is not None:
        at = formats.moment(metric.deleted_at, formats.zone_of(known.organization.timezone))
        return Verdict(
            event, False, _("Deleted metric"), _("It was deleted on %(at)s.") % {"at": at}
        )
    if owner is None:
        return _without_owner(event, known)
    begins_at = known.since.get(owner.pk)
    if begins_at is not None and event.at < begins_at:
        return Verdict(
            event,
            False,
            _("Belongs to a deleted customer"),
            _("The ID belonged to another customer until %(at)s, who has been deleted.")
            % {"at": _written(begins_at, owner)},
            [_to(owner)],
        )
    return _of_owner(event, owner, metric, known)


def _without_owner(event: UsageEvent, known: Known) -> Verdict:
    """No subscription ran at the moment of the event."""
    rows = known.subscriptions.get(event.external_subscription_id, [])
    if not rows:
        return Verdict(
            event,
            False,
            _("No such subscription"),
            _("No customer has a subscription with this external ID. Once one that began before the event has it, the event counts."),
        )  # fmt: skip
    started = [row for row in rows if row.started_at is not None]
    links = [_to(rows[-1])]
    if not started:
        return Verdict(
            event,
            False,
            _("Subscription has not begun"),
            _("Events count from its start on."),
            links,
        )
    first = min(started, key=lambda row: row.started_at)  # type: ignore[arg-type, return-value]
    if event.at < first.started_at:  # type: ignore[operator]
        said = _("It happened before the subscription began on %(at)s.")
        at = _written(first.started_at, first)
        return Verdict(event, False, _("Before the start"), said % {"at": at}, links)
    last = max((row for row in started if row.terminated_at), key=lambda row: row.terminated_at)
    said = _("It happened when no subscription ran; the last one ended on %(at)s.")
    at = _written(last.terminated_at, last)
    return Verdict(event, False, _("After the end"), said % {"at": at}, links)


def _of_owner(
    event: UsageEvent, owner: Subscription, metric: BillableMetric, known: Known
) -> Verdict:
    charges = known.charges.get((owner.plan_id, event.code), [])
    if not charges:
        return Verdict(
            event,
            False,
            _("Not priced"),
            _("The plan %(plan)s has no charge for this metric.") % {"plan": owner.plan},
            [(str(owner.plan), reverse("catalog:plan", args=[owner.plan_id])), _to(owner)],
        )
    fault = fault_of(event, metric)
    if fault:
        page = reverse("catalog:metric", args=[metric.pk])
        return Verdict(event, False, *fault, [(metric.name, page), _to(owner)])
    late = known.billed.late(event, owner)
    if late is not None and not metric.recurring:
        said = _("Invoice %(number)s, which bills its period, was final before it arrived.")
        page = reverse("invoices:detail", args=[late.pk])
        return Verdict(
            event, False, _("Too late"), said % {"number": late.number}, [(late.number, page)]
        )
    links = [_where(event, owner, measure, known.billed) for measure in charges]
    filters = [_filtered(event, measure) for measure in charges]
    return Verdict(event, True, _("Counted"), "; ".join(filter(None, filters)), links)


def fault_of(event: UsageEvent, metric: BillableMetric) -> tuple[str, str] | None:
    """Return what is wrong with the value that the metric reads, in short and in full; None if nothing."""
    name = metric.field_name or ""
    if metric.aggregation_type == Aggregation.COUNT:
        return None
    value = event.properties.get(name)
    if value is None:
        return _("No value"), _("It has no property %(name)s, which the metric reads.") % {
            "name": name
        }
    if metric.aggregation_type != Aggregation.UNIQUE_COUNT and number(value) is None:
        said = _("Its property %(name)s is “%(value)s”; the metric reads plain numbers, like 12.5.")
        return _("Not a number"), said % {"name": name, "value": text(value)}
    return None


def _filtered(event: UsageEvent, measure: Measure) -> str:
    """Say which price of a charge with filters holds."""
    if not measure.filters:
        return ""
    part = _part(event, measure)
    if part.charge_filter is None:
        return _("It matches no filter of the charge, and has the charge's own price.")
    return _("Priced by the filter %(filter)s.") % {"filter": part.charge_filter}


def _part(event: UsageEvent, measure: Measure) -> Part:
    return measure.parts[measure.part_of(event.properties)]


def _where(event: UsageEvent, owner: Subscription, measure: Measure, billed: Billed) -> Link:
    """Return the fee that an event is part of, or the running usage."""
    part = _part(event, measure)
    group = {key: text(event.properties.get(key)) for key in part.keys}
    found = billed.fee(event, owner, measure.charge, part.charge_filter_id, group)
    if found is not None:
        return found
    query = {"filter": str(part.charge_filter_id or "default")}
    if group:
        query["group"] = json.dumps(group, sort_keys=True)
    page = reverse("subscriptions:explain_usage", args=[owner.pk, measure.charge.pk])
    said = _("Running usage: %(charge)s") % {"charge": measure.charge.shown_name}
    return said, f"{page}?{urlencode(query)}"


def _to(subscription: Subscription) -> Link:
    page = reverse("subscriptions:detail", args=[subscription.pk])
    return subscription.name or subscription.external_id, page


def _written(at: Any, subscription: Subscription) -> str:
    return formats.moment(at, subscription.customer.zone)
